"""Speaking: one sound file per sentence, laid end to end with known times.

Knows espeak-ng and silence. The voice cmn-latn-pinyin reads Chinese characters
with their dictionary tones and pinyin with tone digits; the plain voice cmn
reads the digits in English. Times are integer milliseconds.
"""

import array
import subprocess
import tempfile
import wave
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.sample_courses.source import CourseSource

RATE = 22_050
_VOICE = ("-v", "cmn-latn-pinyin", "-s", "205", "-p", "42", "-a", "150")
_LEAD_IN_MS, _BETWEEN_SENTENCES_MS, _BETWEEN_SLIDES_MS, _LEAD_OUT_MS = 800, 380, 1000, 1800
_QUIET = 200
_Samples = array.array  # signed 16 bit, mono


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence and when it is heard."""

    slide: int
    sentence: int
    text: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Track:
    """All sentences of a lesson and the sound of them."""

    spoken: tuple[Spoken, ...]
    samples: "_Samples[int]"
    lasts_ms: int

    def slide_start_ms(self, slide: int) -> int:
        """Return when a slide appears: halfway through the pause before its first word."""
        if slide == 0:
            return 0
        first = next(said for said in self.spoken if said.slide == slide)
        return first.start_ms - _BETWEEN_SLIDES_MS // 2

    def write(self, path: Path) -> None:
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(self.samples.tobytes())


def spoken_track(source: CourseSource, *, frame_ms: int) -> Track:
    """Return the lesson's speech; it lasts a whole number of frames."""
    samples: _Samples[int] = array.array("h")
    spoken: list[Spoken] = []
    _add_silence(samples, _LEAD_IN_MS)
    for number, slide in enumerate(source.slides):
        for index, text in enumerate(slide.sentences):
            start_ms = _lasts_ms(samples)
            samples.extend(_voice(_readable(text, source.readings)))
            spoken.append(Spoken(number, index, text, start_ms, _lasts_ms(samples)))
            last = index == len(slide.sentences) - 1
            _add_silence(samples, _BETWEEN_SLIDES_MS if last else _BETWEEN_SENTENCES_MS)
    _add_silence(samples, _LEAD_OUT_MS)
    frames = -(-_lasts_ms(samples) // frame_ms)
    lasts_ms = frames * frame_ms
    samples.extend([0] * (lasts_ms * RATE // 1000 - len(samples)))
    return Track(tuple(spoken), samples, lasts_ms)


def _readable(text: str, readings: Mapping[str, str]) -> str:
    """Return text as the voice should read it: longest replacements first."""
    for written in sorted(readings, key=len, reverse=True):
        text = text.replace(written, f" {readings[written]} ")
    return text.translate(str.maketrans("：；—《》（）“”、", ",,,,,,,,,,"))


def _voice(text: str) -> "_Samples[int]":
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        # "--": a sentence may begin with a dash.
        subprocess.run(["espeak-ng", *_VOICE, "-w", str(path), "--", text], check=True)
        with wave.open(str(path), "rb") as file:
            if (file.getframerate(), file.getsampwidth(), file.getnchannels()) != (RATE, 2, 1):
                raise ValueError("espeak-ng wrote an unexpected sound format")
            samples = array.array("h", file.readframes(file.getnframes()))
    return _without_silence_around(samples)


def _without_silence_around(samples: "_Samples[int]") -> "_Samples[int]":
    loud = [index for index in range(0, len(samples), 20) if abs(samples[index]) > _QUIET]
    if not loud:
        raise ValueError("espeak-ng said nothing")
    return samples[loud[0] : loud[-1] + RATE // 20]


def _add_silence(samples: "_Samples[int]", lasts_ms: int) -> None:
    samples.extend(array.array("h", bytes(2 * (lasts_ms * RATE // 1000))))


def _lasts_ms(samples: "_Samples[int]") -> int:
    return len(samples) * 1000 // RATE
