"""Notices: separate, versioned, and never changed under those who agreed."""

import pytest

from plugins.identity_check.domain.consent import NOTICES, Purpose, allows_face, notice

# Whoever agreed, agreed to exactly these texts. A change needs a new version and a new line here.
DIGESTS = {
    (Purpose.FACE_COMPARE, 1): "e8153decf65d6036bb533cc6972f371e5104a7b89fde4c6e0acc32315c85985e",
    (Purpose.FACE_UPLOAD_STORE, 1): "b114a7e9dacb4308ea8bb766e79fe556749b3dce55761778c241ded562d3a131",
    (Purpose.REGISTRY_TRANSFER, 1): "8851f7d10f6fbf4395a2349185c7e748a1a0120c88b120834c941305b59801b1",
}


def test_every_purpose_has_one_notice() -> None:
    assert [one.purpose for one in NOTICES] == list(Purpose)


@pytest.mark.parametrize("purpose", Purpose)
def test_a_text_does_not_change_without_a_new_version(purpose: Purpose) -> None:
    text = notice(purpose)

    assert text.digest == DIGESTS[purpose, text.version]


@pytest.mark.parametrize("purpose", Purpose)
def test_every_notice_says_that_it_can_be_withdrawn(purpose: Purpose) -> None:
    assert any("随时撤回" in paragraph for paragraph in notice(purpose).paragraphs)


def test_the_face_way_needs_both_face_consents() -> None:
    assert allows_face({Purpose.FACE_COMPARE, Purpose.FACE_UPLOAD_STORE})
    assert not allows_face({Purpose.FACE_COMPARE})
    assert not allows_face({Purpose.FACE_UPLOAD_STORE, Purpose.REGISTRY_TRANSFER})
