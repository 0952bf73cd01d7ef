"""The open interfaces: public, in the formats that their standards name."""

from fastapi import APIRouter

from hotline.opendata.georeport import routes as georeport

router = APIRouter(include_in_schema=False)
router.include_router(georeport.router)
