"""From a review to what each criterion's card shows. Pure."""

from mcassess.domain.changes import ChangeKind
from mcassess.domain.citation import Citation, Moment, PageRegion, PictureArea
from mcassess.domain.kinds import EarlierScores
from mcassess.domain.rubric import Criterion
from mcassess.texts import tr
from mcassess.ui.desk.contents import DeskContents
from mcassess.ui.desk.criterion_card import ChipFace, CriterionFace
from mcassess.ui.desk.kept_texts import KeptTexts
from mcassess.ui.desk.wording import citation_tip, is_timed, place_text
from mcassess.ui.kind_icon import kind_icon


def criterion_faces(contents: DeskContents, texts: KeptTexts, in_hand: str) -> dict[str, CriterionFace]:
    """Returns what each card shows, by criterion id, in the order of the rubric."""
    review, scores, citations = contents.review, contents.scores, contents.review.citations
    faces = {}
    for criterion in contents.criteria:
        level = scores.get(criterion.id)
        comment = texts.text(ChangeKind.COMMENT, criterion.id, review)
        below = level is not None and not criterion.passes(level)
        faces[criterion.id] = CriterionFace(
            level=level,
            comment=comment,
            chips=tuple(chip_face(contents, each) for each in citations.get(criterion.id, ())),
            earlier=earlier_text(contents, criterion),
            in_hand=criterion.id == in_hand,
            read_only=contents.read_only,
            comment_wanted=below and contents.policy.comment_below_pass and not comment.strip(),
        )
    return faces


def chip_face(contents: DeskContents, citation: Citation) -> ChipFace:
    """Returns how a citation looks on a chip."""
    submission, place = contents.submission, citation.place
    evidence = submission.find_evidence(citation.evidence)
    title = evidence.title if evidence is not None else tr("Evidence that is not there any more")
    text = place_text(place, title)
    if isinstance(place, Moment) and sum(is_timed(each) for each in submission.evidence) > 1:
        text = f"{title} {text}"
    icon = kind_icon(evidence.kind) if evidence is not None else "warning"
    if isinstance(place, Moment | PageRegion | PictureArea):
        icon = {Moment: "play", PageRegion: "document", PictureArea: "image"}[type(place)]
    return ChipFace(citation=citation, text=text, tip=citation_tip(citation, title), icon=icon)


def earlier_text(contents: DeskContents, criterion: Criterion) -> str:
    """Returns what a criterion's card says about its score in the newest earlier attempt."""
    when = contents.policy.earlier_scores
    newest = max(contents.submission.earlier, key=lambda each: each.attempt, default=None)
    if newest is None or newest.decision is None or criterion.id not in newest.decision.scores:
        return ""
    visible = contents.earlier[0].decision
    score = visible.scores.get(criterion.id) if visible is not None else None
    if score is not None:
        level = criterion.find(score.level)
        return tr("attempt {attempt}: {level}").format(
            attempt=newest.attempt, level=level.title if level else score.level
        )
    if when is EarlierScores.AFTER_MINE:
        return tr("attempt {attempt} shown after you score").format(attempt=newest.attempt)
    return ""
