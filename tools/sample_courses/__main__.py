"""Make the sample courses: `python -m tools.sample_courses [slug …]`.

Reads tools/sample_courses/content/<slug>.toml and writes courses/<slug>/.
With `--slides DIR` it only draws every slide, complete, as a PNG file to look
at. Needs espeak-ng, ffmpeg with libx264, and Noto Sans CJK. The same sources
and the same versions of these programs give the same bytes.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tools.sample_courses import package_files
from tools.sample_courses.film import make_film, poster
from tools.sample_courses.slides import header_picture, slide_picture
from tools.sample_courses.source import CourseSource, read_source, slugs
from tools.sample_courses.speech import spoken_track

COURSES = Path(__file__).resolve().parents[2] / "courses"


def make_course(source: CourseSource, folder: Path) -> None:
    """Write the package of one course."""
    folder.mkdir(parents=True, exist_ok=True)
    track = spoken_track(source, frame_ms=1000 // source.frames_per_second)
    with tempfile.TemporaryDirectory() as scratch:
        sound = Path(scratch) / "speech.wav"
        track.write(sound)
        make_film(source, track, sound=sound, film=folder / package_files.MEDIA)
    poster(source).save(folder / package_files.POSTER, quality=85, optimize=True)
    texts = {
        package_files.CAPTIONS: package_files.captions(track),
        package_files.QUESTIONS: package_files.questions(source, track),
        "course.toml": package_files.course_file(source, track),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    print(f"{source.slug}: {track.lasts_ms / 1000:.1f} s, {len(source.slides)} slides")


def draw_slides(source: CourseSource, folder: Path) -> None:
    """Write every slide as it looks when all has been said."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, slide in enumerate(source.slides):
        image = slide_picture(source, number, max(slide.shown))
        image.paste(header_picture(source, number, at_seconds=number * 20, lasts_seconds=300), (0, 0))
        image.save(folder / f"{source.slug}-{number + 1:02d}.png")


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.sample_courses", description=__doc__)
    parser.add_argument("slugs", nargs="*", help="courses to make (default: all)")
    parser.add_argument("--slides", type=Path, metavar="DIR", help="only draw the slides, into DIR")
    chosen = parser.parse_args(arguments)
    for slug in chosen.slugs or slugs():
        source = read_source(slug)
        if chosen.slides:
            draw_slides(source, chosen.slides)
        else:
            make_course(source, COURSES / slug)


if __name__ == "__main__":
    main(sys.argv[1:])
