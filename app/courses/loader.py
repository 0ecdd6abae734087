"""From a course package to a published version, its lessons and its offering.

Loading the same package again changes nothing; a package that differs in a
byte makes a new version, and the offering moves to it only for those who
enrol later (learners keep theirs: rules.md 6.2). Declared hours are held
against the measured media here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.courses.models import Course, CourseVersion, Lesson, Offering
from app.courses.package import CoursePackage, Fault, PackageFaults, PackageLesson, declared_fits
from app.courses.package_digest import package_digest
from app.courses.package_format import COURSE_FILE
from app.enrolment.models import ProgrammeCycle
from app.media.service import ensure_asset, measured_ms
from app.media.unfit import UnfitVideoError
from app.sdk import audit
from app.sdk.quantities import ONLINE_MINUTES_PER_CLASS_HOUR
from app.sdk.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading did."""

    slug: str
    version: int
    new: bool


def load_package(uow: UnitOfWork, package: CoursePackage, *, cycle: ProgrammeCycle) -> Loaded:
    """Publish package as a version and offer it to its category in cycle.

    Raises PackageFaults with DECLARED_HOURS_EXCEED_MEDIA where an author
    declares more than the video holds; nothing is stored then.
    """
    digest = package_digest(package)
    course = _course(uow.session, package.slug)
    version = uow.session.execute(
        select(CourseVersion).where(CourseVersion.course_id == course.id, CourseVersion.digest == digest)
    ).scalar_one_or_none()
    new = version is None
    if version is None:
        _refuse_overdeclared(package)
        version = _publish(uow, course, package, digest)
    _offer(uow, version, package, cycle)
    return Loaded(slug=package.slug, version=version.number, new=new)


def _course(session: Session, slug: str) -> Course:
    course = session.execute(select(Course).where(Course.slug == slug)).scalar_one_or_none()
    if course is None:
        course = Course(slug=slug)
        session.add(course)
        session.flush()
    return course


def _refuse_overdeclared(package: CoursePackage) -> None:
    faults = []
    for lesson in package.lessons:
        try:
            media_ms = measured_ms(package.folder / lesson.media)
        except UnfitVideoError as error:
            faults.append(Fault(lesson.media, 1, str(error)))
            continue
        if not declared_fits(lesson.declared_class_hours, media_ms, ONLINE_MINUTES_PER_CLASS_HOUR):
            faults.append(
                Fault(
                    COURSE_FILE,
                    1,
                    f"DECLARED_HOURS_EXCEED_MEDIA 课时 “{lesson.id}”"
                    f" 申报 {lesson.declared_class_hours} 学时，"
                    f"视频实测只有 {media_ms / 1000:.1f} 秒",
                )
            )
    if faults:
        raise PackageFaults(package.folder, faults)


def _publish(uow: UnitOfWork, course: Course, package: CoursePackage, digest: str) -> CourseVersion:
    newest = uow.session.execute(
        select(func.max(CourseVersion.number)).where(CourseVersion.course_id == course.id)
    ).scalar_one()
    challenge = package.challenge
    version = CourseVersion(
        course_id=course.id,
        number=(newest or 0) + 1,
        label=package.version,
        digest=digest,
        title=package.title,
        summary=package.summary,
        institution=package.institution,
        content=package.content,
        topics=list(package.topics),
        industries=list(package.industry),
        challenge_interval_ms=(
            [challenge.shortest_gap_seconds * 1000, challenge.longest_gap_seconds * 1000]
            if challenge
            else None
        ),
        published_at=uow.now,
    )
    uow.session.add(version)
    uow.session.flush()
    for position, lesson in enumerate(package.lessons, start=1):
        uow.session.add(_lesson(uow, version, position, package.folder, lesson))
    audit.record(
        uow.session,
        "course.published",
        at=uow.now,
        actor_id=None,
        subject=f"course:{course.slug}",
        details={"version": version.number, "digest": digest},
    )
    return version


def _lesson(
    uow: UnitOfWork, version: CourseVersion, position: int, folder: Path, lesson: PackageLesson
) -> Lesson:
    asset = ensure_asset(
        uow,
        folder / lesson.media,
        captions=folder / lesson.captions,
        poster=folder / lesson.poster if lesson.poster else None,
    )
    return Lesson(
        version_id=version.id,
        position=position,
        key=lesson.id,
        title=lesson.title,
        kind=lesson.kind,
        asset_id=asset.id,
        declared_class_hours=lesson.declared_class_hours,
        chapters=[[chapter.at_ms, chapter.title] for chapter in lesson.chapters],
        questions=[
            {
                "id": question.id,
                "from_ms": question.from_ms,
                "to_ms": question.to_ms,
                "text": question.text,
                "options": list(question.options),
                "answer": question.answer,
                "explanation": question.explanation,
            }
            for question in lesson.questions
        ],
    )


def _offer(uow: UnitOfWork, version: CourseVersion, package: CoursePackage, cycle: ProgrammeCycle) -> None:
    offered = uow.session.execute(
        select(Offering)
        .join(CourseVersion, Offering.version_id == CourseVersion.id)
        .where(
            CourseVersion.course_id == version.course_id,
            Offering.cycle_id == cycle.id,
            Offering.category == package.category,
            Offering.open.is_(True),
        )
    ).scalar_one_or_none()
    if offered is not None:
        # Learners keep the version they began; moving them is a decision with consequences of its own.
        return
    uow.session.add(
        Offering(
            version_id=version.id,
            cycle_id=cycle.id,
            category=package.category,
            required=package.required,
            made_at=uow.now,
        )
    )
    uow.session.flush()
