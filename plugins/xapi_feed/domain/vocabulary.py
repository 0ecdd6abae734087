"""The words of our statements: every IRI we use, and where it comes from.

Knows names only. What is said with them is in mapping.py.

Sources: V = xAPI video profile 1.0.3 (xapi-authored-profiles, video/v1.0.3);
A = ADL vocabulary (adlnet.gov/expapi); T = TinCan registry (id.tincanapi.com);
OURS = no published word exists, so we mint one and describe it in our profile.
"""

from __future__ import annotations

from typing import Final

# Our own namespace is the same in every installation: a word means one thing
# everywhere. It may never change once statements with it have been sent.
OURS: Final = "https://anxue.example/xapi/"

# --- verbs
INITIALIZED: Final = "http://adlnet.gov/expapi/verbs/initialized"  # A, V
PLAYED: Final = "https://w3id.org/xapi/video/verbs/played"  # V
PAUSED: Final = "https://w3id.org/xapi/video/verbs/paused"  # V
COMPLETED: Final = "http://adlnet.gov/expapi/verbs/completed"  # A, V
TERMINATED: Final = "http://adlnet.gov/expapi/verbs/terminated"  # A, V
ATTEMPTED: Final = "http://adlnet.gov/expapi/verbs/attempted"  # A
PASSED: Final = "http://adlnet.gov/expapi/verbs/passed"  # A
FAILED: Final = "http://adlnet.gov/expapi/verbs/failed"  # A
SKIPPED: Final = "http://id.tincanapi.com/verb/skipped"  # T
EARNED: Final = "http://id.tincanapi.com/verb/earned"  # T

VERB_NAMES: Final[dict[str, str]] = {
    INITIALIZED: "initialized",
    PLAYED: "played",
    PAUSED: "paused",
    COMPLETED: "completed",
    TERMINATED: "terminated",
    ATTEMPTED: "attempted",
    PASSED: "passed",
    FAILED: "failed",
    SKIPPED: "skipped",
    EARNED: "earned",
}

# --- activity types
VIDEO: Final = "https://w3id.org/xapi/video/activity-type/video"  # V
COURSE: Final = "http://adlnet.gov/expapi/activities/course"  # A
PROFILE: Final = "http://adlnet.gov/expapi/activities/profile"  # A
IDENTITY_CHECK: Final = OURS + "activity-types/identity-check"  # OURS: asked to show that one is there
CREDIT_HOURS: Final = OURS + "activity-types/credit-hours"  # OURS: an entry in the ledger of hours

# --- categories: which profile a statement keeps
VIDEO_PROFILE: Final = "https://w3id.org/xapi/video"  # V: MUST be on every video statement
OUR_PROFILE: Final = OURS + "profile"  # OURS: on every other statement

# --- extensions of the video profile
X: Final = "https://w3id.org/xapi/video/extensions/"
TIME: Final = X + "time"
LENGTH: Final = X + "length"
PROGRESS: Final = X + "progress"
PLAYED_SEGMENTS: Final = X + "played-segments"
SESSION_ID: Final = X + "session-id"
COMPLETION_THRESHOLD: Final = X + "completion-threshold"

# --- extensions of ours
CREDIT_HOURS_EARNED: Final = OURS + "extensions/credit-hours"  # class hours of this entry, six decimals, cut
CREDITED_MS: Final = OURS + "extensions/credited-milliseconds"  # the exact amount behind them
TOTAL_MS: Final = OURS + "extensions/total-milliseconds"  # the enrolment's balance after the entry
RULE_VERSION: Final = OURS + "extensions/rule-version"  # the rules by which it was judged
PLAN: Final = OURS + "extensions/plan"  # the training plan and its version
METHOD: Final = OURS + "extensions/presence-method"  # the way in which a check was answered
ATTEMPTS: Final = OURS + "extensions/attempts"  # which attempt passed, or how many were lost
EVIDENCE: Final = OURS + "extensions/evidence-digest"  # SHA-256 of what was judged; never the thing itself
CHECK_KIND: Final = OURS + "extensions/check-kind"  # "challenge" at a random moment, or "end_check"
UNCONFIRMED_MS: Final = OURS + "extensions/unconfirmed-milliseconds"  # what a lost check leaves uncredited

REGISTRATIONS: Final = "d9c2c8f0-3a65-4d7e-8c35-5b5a0f2f6f1e"
"""The namespace (UUID) from which registrations are made; ours alone, and as permanent as OURS."""
