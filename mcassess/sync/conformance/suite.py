"""All checks in their order, and what comes of running them."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mcassess.clock import Clock
from mcassess.errors import RefusedError
from mcassess.sync import wire
from mcassess.sync.conformance import claims, content, operations, reading
from mcassess.sync.conformance.scene import Scene, shaped
from mcassess.sync.conformance.talk import FaultError, NotAskedError, Talk
from mcassess.texts import tr

Check = Callable[[Scene], None]

CHECKS: tuple[Check, ...] = (
    reading.every_answer_names_platform_epoch_time_and_request,
    reading.messages_and_problems_have_their_media_types,
    reading.discovery_needs_no_sign_in,
    reading.nobody_is_let_in_without_a_token,
    reading.whoever_is_signed_in_is_named,
    reading.the_feed_is_the_same_in_small_steps,
    reading.what_is_shown_is_whole_and_of_the_shapes,
    reading.one_submission_is_as_in_the_feed,
    reading.a_wrong_cursor_is_gone,
    reading.the_snapshot_is_the_feed,
    reading.the_digest_sums_up_what_is_shown,
    content.evidence_comes_whole_with_a_strong_validator,
    content.evidence_comes_in_ranges,
    content.evidence_is_for_those_who_see_the_submission,
    content.leaves_tell_which_part_is_damaged,
    operations.what_is_no_operation_harms_nothing,
    operations.a_decision_is_applied_once_and_received,
    operations.a_second_decision_is_refused_and_so_for_good,
    operations.what_does_not_fit_is_refused_by_its_name,
    operations.one_bad_operation_holds_up_no_other,
    operations.a_copied_library_is_told,
    operations.results_can_be_asked_for_later,
    operations.a_colleague_cannot_decide_twice,
    claims.a_claim_is_granted_once_and_given_back,
    claims.a_request_of_another_epoch_grants_nothing,
    claims.an_older_fence_lands_no_more,
    claims.a_file_goes_up_in_pieces,
)


class Found(StrEnum):
    """What a check came to."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check came to.

    Attributes:
        name: Of the check, as a sentence.
        about: The chapter of docs/protocol.md, and what is wanted.
        text: What the platform did instead, or why it was not asked; empty where it passed.
    """

    name: str
    about: str
    found: Found
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What all checks came to, and how many came to what."""

    url: str
    passed: int
    failed: int
    skipped: int
    checks: tuple[Finding, ...]

    @staticmethod
    def of(url: str, findings: Sequence[Finding]) -> "Report":
        """Counts what the checks came to."""
        counts = Counter(finding.found for finding in findings)
        passed, failed, skipped = (counts[each] for each in Found)
        return Report(url=url, passed=passed, failed=failed, skipped=skipped, checks=tuple(findings))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Whom the checks act for.

    Attributes:
        assessor: Of the one that most checks act for.
        colleague: Of another assessor; empty leaves out what needs two.
    """

    assessor: str
    colleague: str = ""


def check_conformance(
    url: str,
    tokens: Tokens,
    clock: Clock,
    *,
    writing: bool,
    on_finding: Callable[[Finding], None],
    checks: Sequence[Check] = CHECKS,
) -> list[Finding]:
    """Runs checks against a platform.

    Args:
        url: Of the platform, without the protocol's prefix.
        tokens: Whom they act for.
        clock: Makes ids.
        writing: Whether decisions may be made; each check that does uses up one open submission.
        on_finding: Told of each check as it ends.
        checks: Which; all of them, unless somebody mends one thing at a time.

    Raises:
        WorldError: Nothing answers there.
        RefusedError: What answers is no platform that could be tested.
    """
    assessor = Talk(url=url, token=tokens.assessor, device=clock.new_id(), clock=clock)
    colleague = Talk(url=url, token=tokens.colleague, device=clock.new_id(), clock=clock) if tokens.colleague else None
    scene = Scene(assessor=assessor, colleague=colleague, writing=writing)
    try:
        scene.server = shaped(wire.ServerInfo, assessor.message("/server"), "GET /server").model_dump()
    except FaultError as error:
        text = tr("What answers at {url} does not speak the protocol at all: {reason}.")
        raise RefusedError(text.format(url=url, reason=error)) from None
    findings = []
    for check in checks:
        findings.append(_finding(check, scene))
        on_finding(findings[-1])
    return findings


def _finding(check: Check, scene: Scene) -> Finding:
    found, text = Found.PASSED, ""
    try:
        check(scene)
    except NotAskedError as error:
        found, text = Found.SKIPPED, str(error)
    except FaultError as error:
        found, text = Found.FAILED, str(error)
    except (KeyError, TypeError, AttributeError) as error:
        # A document that lacks what every document has: which one stands in the check's name.
        found, text = Found.FAILED, f"an answer is not of the protocol's shape ({type(error).__name__}: {error})"
    return Finding(name=name_of(check), about=(check.__doc__ or "").strip(), found=found, text=text)


def name_of(check: Check) -> str:
    """Returns a check's name as it is shown."""
    return check.__name__.replace("_", " ")
