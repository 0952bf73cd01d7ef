"""Put the portal's files and its error pages into the app; `pages.router` holds the pages."""

from fastapi import FastAPI

from hotline.portal import files
from hotline.portal.problem_pages import show_problems_as_pages


def serve_portal_files(app: FastAPI) -> None:
    """After `web/problems.install`: people who ask for what is not there get a page, not JSON."""
    app.include_router(files.router)
    show_problems_as_pages(app)
