"""What is said about a bug of ours. Never holds a word of what was worked on: values of people stay out of it."""

from pathlib import Path

from mcassess.texts import tr


def describe(error: BaseException) -> str:
    """Returns one sentence that says which kind of error it was, and at which line of ours."""
    trace = error.__traceback__
    place = "?"
    while trace is not None:
        place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    text = tr("This is a bug of ours ({kind} at {place}). Your work up to here is saved.")
    return text.format(kind=type(error).__name__, place=place)


def stack_lines(error: BaseException) -> list[str]:
    """Returns the kind of an error and the lines of code it came through, and nothing of what it says."""
    lines = [type(error).__name__]
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        lines.append(f"  {Path(code.co_filename).name}:{trace.tb_lineno} in {code.co_name}")
        trace = trace.tb_next
    return lines
