"""Links from page to page lead to a file that is there."""

from __future__ import annotations

import pytest

from tests.docs.pages import ROOT, links, pages


@pytest.mark.parametrize("page", pages())
def test_a_link_leads_to_a_file(page: str) -> None:
    here = (ROOT / page).parent
    # a link that begins with # leads to this page
    targets = [target.partition("#")[0] for target in links(page) if "://" not in target and target[0] != "#"]
    assert [target for target in targets if not (here / target).is_file()] == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached = {"README.md"}
    unread = ["README.md"]
    while unread:
        page = unread.pop()
        for target in links(page):
            leads_to = ((ROOT / page).parent / target.partition("#")[0]).resolve()
            if "://" not in target and leads_to.is_relative_to(ROOT):
                name = leads_to.relative_to(ROOT).as_posix()
                if name in pages() and name not in reached:
                    reached.add(name)
                    unread.append(name)
    assert reached == set(pages())
