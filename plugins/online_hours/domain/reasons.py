"""Why time did not count, in words a tired person understands.

One sentence or two for every code of rules.md 5.2: what happened, and what to
do now. Codes that only note something, and cost nothing, say so.
"""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "HIDDEN_NOT_COUNTED": "播放页面当时不在前台（被切换、最小化或锁屏），这段时间没有计入。"
    "回到课程重看这一段即可补上。",
    "RATE_EXCEEDED": "播放快于实际时间，超出的部分没有计入。请用 1 倍速观看，重看这一段即可补上。",
    "HEARTBEAT_GAP": "与服务器的联系中断过久，中断期间无法证明在学，没有计入。网络恢复后重看这一段即可补上。",
    "SEEK_FORWARD_REJECTED": "首次学习不支持快进，跳过去播放的部分没有计入。请从上次看到的位置继续。",
    "REPEAT_NOT_COUNTED": "这一段之前已经看过，重复观看不重复计入。可以随时复习，不影响已有学时。",
    "DUPLICATE_IGNORED": "同一条学习记录重复送达，系统只记一次。您的学时不受影响，无需处理。",
    "CONCURRENT_SESSION": "账号已在另一设备或页面学习，这里的播放没有计入。请只在一处播放。",
    "SEQUENCE_CONFLICT": "同一条学习记录前后内容不一致，后来的一条没有计入。请刷新页面后继续观看。",
    "PLAYBACK_CLOSED": "这次学习已经结束，结束之后的播放没有计入。请重新打开课程继续。",
    "SESSION_REPLACED": "账号在另一处打开了课程，这里尚未确认的时间没有计入。请在一处播放，并重看这一段。",
    "TAIL_DISCARDED": "离开时最后一段还没有经过确认，没有计入，下次从这里继续。"
    "离开前点“结束本次学习”并完成确认，就不会丢失。",
    "CHALLENGE_EXPIRED": "没有在规定时间内完成在学确认，用去一次机会。请在倒计时结束前完成下一次确认。",
    "CHALLENGE_RETRY": "有一次确认没有成功，再次确认已通过。学时照常计入，无需处理。",
    "CHALLENGE_FAILED": "本次核验未通过，上次确认之后的学习时间暂不计入，之前已确认的不受影响。"
    "请从该处重看；如有异议，请联系培训机构复核。",
    "ALT_CHALLENGE": "这次用其他方式完成了确认，与人脸核验同等有效。学时照常计入，无需处理。",
    "CONSENT_WITHDRAWN": "您已撤回人脸信息的同意，之后的确认改用其他方式，学时不受影响。",
    "CLOCK_SKEW": "您设备上的时间与服务器不一致。学时只按服务器时间计算，不受影响；建议校准设备时间。",
    "DAILY_CAP": "当天线上学时已达上限，超出的部分没有计入，但课程进度保留。"
    "请改天再学，届时这一段可以重新计入。",
    "AFTER_DEADLINE": "确认时已超过线上学习截止时间，没有计入。如有特殊情况，请联系单位或培训机构申请延期。",
    "OVERLAP_OFFLINE": "这段时间您已在线下培训签到，同一时间不能重复计入。请在线下培训以外的时间观看。",
    "IDENTITY_UNVERIFIED": "当时还没有完成实名核验，没有计入，课程进度保留。请先完成实名核验，再重看这一段。",
    "DECLARED_HOURS_EXCEED_MEDIA": "课程申报的学时多于视频实际时长，以实际时长为准。"
    "您无需处理，课程机构会更正。",
}

UNKNOWN = "这段时间没有计入学时。重看这一段后仍未计入的，请联系培训机构。"


def reason_in_words(code: str) -> str:
    """Return why time with code did not count; a code from a newer rule gets an honest general sentence."""
    return REASONS.get(code, UNKNOWN)
