"""Rewrites what commands generate inside documentation pages: the text between two HTML comments."""


def rewritten(page: str, mark: str, generated: str) -> str:
    """A page with new text between `<!-- mark:begin -->` and `<!-- mark:end -->`.

    Raises:
        ValueError: the page lacks one of the comments.
    """
    begin, end = f"<!-- {mark}:begin -->", f"<!-- {mark}:end -->"
    if begin not in page or end not in page:
        raise ValueError(f"the page has no {begin} … {end} to write between")
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n\n{generated}\n{end}{after}"
