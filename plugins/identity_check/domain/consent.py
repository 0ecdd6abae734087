"""What a trainee is asked to agree to: one purpose, one notice, one answer each.

Separate consent is the law's word (PIPL art. 29; Measures for face recognition
in force since 2025-06-01): no bundle, no box ticked beforehand, withdrawable at
once. A notice has a version and a digest; whoever agreed, agreed to that text.
A changed text needs a new version: a test holds the digests.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Purpose(StrEnum):
    """What the data is used for."""

    FACE_COMPARE = "face_compare"
    FACE_UPLOAD_STORE = "face_upload_store"
    REGISTRY_TRANSFER = "registry_transfer"


FACE_PURPOSES = frozenset({Purpose.FACE_COMPARE, Purpose.FACE_UPLOAD_STORE})
"""The face way needs both; without either it is closed and the reference is erased."""


@dataclass(frozen=True, slots=True)
class Notice:
    """The text shown before one consent."""

    purpose: Purpose
    version: int
    title: str
    paragraphs: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Return the SHA-256 of exactly what is read."""
        text = "\n".join((self.purpose.value, str(self.version), self.title, *self.paragraphs))
        return hashlib.sha256(text.encode()).hexdigest()


NOTICES = (
    Notice(
        Purpose.FACE_COMPARE,
        1,
        "同意用人脸比对确认是我本人在学习",
        (
            "学习中会随机请您确认一次。您可以当场拍一张照片，系统把它与您的参考照片比对，只判断是不是您本人。",
            "不同意也能学完全部课程：可以改用页面上的验证码和一道与刚看内容有关的问题，学时完全一样。",
            "您可以随时撤回。撤回后不再比对，参考照片和人脸特征立即删除，已确认的学时不受影响。",
        ),
    ),
    Notice(
        Purpose.FACE_UPLOAD_STORE,
        1,
        "同意上传并保存我的照片",
        (
            "参考照片和核验时拍下的照片会上传到培训平台，用您专属的密钥加密保存，不放在可直接访问的位置，也不会再发回任何页面。",
            "核验照片在培训验收后 90 天内删除，参考照片和人脸特征在结业后 30 天内删除；"
            "只保留核验结果和照片的数字摘要。",
            "您可以随时撤回。撤回后照片立即删除，核验改用验证码和问答，学时不受影响。",
        ),
    ),
    Notice(
        Purpose.REGISTRY_TRANSFER,
        1,
        "同意把核验结果报送省级登记中心",
        (
            "报送的只有学习时间和“核验通过或未通过”的结果，用随机编号代表您，不含照片、姓名、身份证号和手机号。",
            "登记中心用它核对培训学时。您可以随时撤回，撤回不影响学习和学时。",
        ),
    ),
)


def notice(purpose: Purpose) -> Notice:
    """Return the text in force for purpose."""
    return next(one for one in NOTICES if one.purpose is purpose)


def allows_face(given: Collection[Purpose]) -> bool:
    """Return whether these consents together open the face way."""
    return set(given) >= FACE_PURPOSES
