"""Invented contexts for every page: the figures are examples, nobody's hours."""

from __future__ import annotations

from typing import Any

TRAINEE: dict[str, Any] = {"name": "王建国", "login": "trainee.leader", "role_label": "学员"}
NAVIGATION: list[dict[str, Any]] = [
    {"key": "home", "label": "我的学习", "url": "/", "icon": "home"},
    {"key": "hours", "label": "我的学时", "url": "/look/hours", "icon": "clock-check"},
    {"key": "identity", "label": "本人核验", "url": "/look/password", "icon": "user-shield"},
]


def course(title: str, summary: str, **changes: Any) -> dict[str, Any]:
    """Return a course tile's context."""
    return {
        "title": title,
        "url": "/look/course",
        "summary": summary,
        "required": True,
        "poster_url": "/video/poster.jpg",
        "percent": 0,
        "pending_percent": 0,
        "lessons_done": 0,
        "lessons_total": 1,
        "length_text": "04:42",
        "state": "new",
        **changes,
    }


HOURS = {
    "counted": "12.4",
    "planned": "24",
    "percent": 51,
    "surplus": None,
    "bars": [
        {
            "label": "线上已计入",
            "figure": "6.4（上限 9.6）",
            "percent": 26.6,
            "mark": 40,
            "note": None,
        },
        {"label": "线下已签到", "figure": "6.0（至少 14.4）", "percent": 25, "mark": 60, "note": None},
        {"label": "其中实训", "figure": "2.0（至少 6.0）", "percent": 8.3, "mark": 25, "note": None},
    ],
}
LEADER_COURSES = [
    course(
        "班前会与交接班：把风险讲清楚",
        "用十分钟开好班前会：人、机、环、管逐项过。",
        state="going",
        percent=38,
        pending_percent=9,
    ),
    course(
        "瓦斯与顶板异常的现场处置", "看懂征兆、先撤人、再报告。", state="done", percent=100, lessons_done=1
    ),
    course("粉尘与噪声：班组长的日常防护", "防尘口罩、洒水、轮岗，怎么落到每一班。", state="preparing"),
]
COURSE = {
    "title": "班前会与交接班：把风险讲清楚",
    "summary": "用十分钟开好班前会：人、机、环、管逐项过；交接班时把隐患当面交清。",
    "required": True,
    "category_text": "班组长（矿山）",
    "deadline_text": "10月31日 23:59",
    "length_text": "09:24",
    "hours_text": "0.2 学时",
    "percent": 38,
    "pending_percent": 9,
    "objectives": ["开一次有内容的班前会", "说清本班前三位的风险和措施", "交接班时不漏一条隐患"],
    "sources": ["《煤矿安全规程》", "《工伤保险条例》"],
}


def lesson(number: int, title: str, **changes: Any) -> dict[str, Any]:
    """Return a lesson row's context."""
    return {
        "number": number,
        "title": title,
        "url": "/player",
        "summary": None,
        "length_text": "04:42",
        "kind_label": "视频",
        "state": "new",
        "percent": 0,
        "pending_percent": 0,
        "resume_text": None,
        "reason": None,
        "preparing_percent": None,
        **changes,
    }


HOURS_PAGE: dict[str, Any] = {
    "minutes_per_class_hour": 45,
    "totals": {
        "class_hours": "1.2",
        "minutes": "54:32",
        "pending_minutes": "03:10",
        "refused_minutes": "00:45",
    },
    "daily": {"counted": "0.4", "cap": "8", "reached": False},
    "online": {"figure": "1.2（上限 9.6）", "percent": 12.6, "surplus": None},
    "offerings": [
        {
            "title": "班前会与交接班：把风险讲清楚",
            "required": True,
            "class_hours": "0.1",
            "minutes": "06:20",
            "lessons": [
                {
                    "title": "班前会十分钟",
                    "url": "/player",
                    "media_text": "04:42",
                    "confirmed_text": "04:42",
                    "pending_text": None,
                    "percent": 100,
                    "pending_percent": 0,
                    "complete": True,
                    "entries": [
                        {
                            "id": 1,
                            "when_text": "9月12日 08:17",
                            "length_text": "02:30",
                            "media_text": "00:00–02:30",
                            "reason": None,
                        },
                        {
                            "id": 2,
                            "when_text": "9月12日 08:20",
                            "length_text": "02:12",
                            "media_text": "02:30–04:42",
                            "reason": None,
                        },
                    ],
                },
                {
                    "title": "当面交清：交接班五问",
                    "url": "/player",
                    "media_text": "04:42",
                    "confirmed_text": "01:38",
                    "pending_text": "03:10",
                    "percent": 34.7,
                    "pending_percent": 62,
                    "complete": False,
                    "entries": [],
                },
            ],
        }
    ],
    "refused": [
        {
            "when_text": "9月12日 08:41",
            "lesson_title": "当面交清：交接班五问",
            "length_text": "00:30",
            "sentence": "本次核验未通过，这段时间没有计入，可以重新观看。",
            "code": "CHALLENGE_FAILED",
        },
        {
            "when_text": "9月12日 08:20",
            "lesson_title": "班前会十分钟",
            "length_text": "00:15",
            "sentence": "页面当时在后台，没有计时。",
            "code": "HIDDEN_NOT_COUNTED",
        },
    ],
    "refused_more": 0,
}
HOME: dict[str, Any] = {
    "category_text": "班组长（矿山）",
    "next_lesson": {
        "url": "/player",
        "title": "当面交清：交接班五问",
        "course_title": "班前会与交接班：把风险讲清楚",
        "started": True,
        "resume_text": "01:38",
    },
    "hours": HOURS,
    "hours_url": "/look/hours",
    "required_done": 3,
    "required_total": 5,
    "elective_done": 1,
    "deadline": {"text": "10月31日 23:59", "days_left": 8, "past": False},
    "required": LEADER_COURSES,
    "elective": [
        course("一起事故的十二个小时", "警示教育：一次违章带班的全过程。", required=False),
        course("会说话的安全标志", "GB 2893 的四种颜色。", required=False, state="failed"),
    ],
    "todos": [{"text": "9月12日 线下实训 济南培训中心 08:30签到", "url": None}],
    "missing": ["线下 8.4 学时", "实训 4.0 学时"],
}

CONTEXTS: dict[str, dict[str, Any]] = {
    "login": {
        "login": "",
        "next": "",
        "error": "账号或密码不正确，请重新输入。",
        "sample_accounts": [
            {"login": "trainee.leader", "password": "sample-only", "role_label": "学员 · 班组长"},
            {"login": "trainee.officer", "password": "sample-only", "role_label": "学员 · 专职安全管理人员"},
            {"login": "supervisor", "password": "sample-only", "role_label": "监管人员"},
        ],
    },
    "password": {
        "errors": {"current": "当前密码不正确。", "again": "两次输入的新密码不一样。"},
        "minimum_length": 12,
        "forced": True,
    },
    "home": HOME,
    "home-new": {
        **HOME,
        "next_lesson": None,
        "hours": None,
        "required": [],
        "elective": [],
        "todos": [],
        "missing": [],
        "required_done": 0,
        "required_total": 0,
        "elective_done": 0,
        "deadline": {"text": "10月31日 23:59", "days_left": 0, "past": True},
    },
    "course": {
        "course": COURSE,
        "back_url": "/",
        "lessons": [
            lesson(1, "班前会十分钟", state="done", percent=100),
            lesson(
                2,
                "当面交清：交接班五问",
                state="going",
                percent=34.7,
                pending_percent=20,
                resume_text="01:38",
            ),
            lesson(3, "跟班检查怎么走", state="preparing", preparing_percent=42),
            lesson(4, "收工讲评", state="failed", reason="视频处理失败，管理员已收到通知。"),
            lesson(5, "随堂测验", state="locked", reason="学完前面的课时后开放。"),
        ],
    },
    "hours": HOURS_PAGE,
    "hours-empty": {
        **HOURS_PAGE,
        "totals": {
            "class_hours": "0.0",
            "minutes": "00:00",
            "pending_minutes": "00:00",
            "refused_minutes": "00:00",
        },
        "offerings": [],
        "refused": [],
        "daily": {"counted": "8.0", "cap": "8", "reached": True},
    },
    "error-404": {
        "error": {"status": 404, "text": "没有找到这个页面。", "code": "not_found"},
        "request_id": "7f3a91c2-08d4",
    },
    "error-503": {
        "error": {"status": 503, "text": "服务暂时不可用，请稍后重试。", "code": "unavailable"},
        "request_id": "7f3a91c2-08d4",
    },
}

PLAYER: dict[str, Any] = {
    "lesson": {
        "id": "5f0c2a34-6d3c-4f6b-8b0a-2f9ad7a8f001",
        "title": "当面交清：交接班五问",
        "playable": True,
        "poster_url": "/video/poster.jpg",
        "captions_url": "/video/captions.vtt",
        "percent": 100,
        "reason": None,
        "media_seconds": 60,
        "length_text": "01:00",
        "chapters": [
            {"at_seconds": 0, "at_text": "00:00", "title": "为什么要当面交"},
            {"at_seconds": 18, "at_text": "00:18", "title": "五问：人、机、环、管、隐患"},
            {"at_seconds": 42, "at_text": "00:42", "title": "一张交接单"},
        ],
    },
    "offering": {"title": "班前会与交接班：把风险讲清楚", "required": True, "url": "/look/course"},
    "verified": True,
    "confirmable": True,
}
PREPARING: dict[str, Any] = {
    **PLAYER,
    "lesson": {**PLAYER["lesson"], "playable": False, "percent": 42, "reason": None},
    "verified": False,
    "confirmable": False,
}
