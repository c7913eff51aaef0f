"""What Airflow finds of us in its plugins folder, in every process: light, and heavy only where it is served."""

from typing import Any

from airflow.plugins_manager import AirflowPlugin

from etl.orchestration import notes


class ReturnsPlugin(AirflowPlugin):
    """The office's pages inside Airflow's own web server."""

    name = "returns"

    @property
    def listeners(self) -> list[Any]:  # type: ignore[override]  # a plain list for Airflow
        """What the scheduler calls when a run has ended."""
        return [notes]

    @property
    def fastapi_apps(self) -> list[dict[str, Any]]:  # type: ignore[override]  # a plain list for Airflow
        """Asked for by the web server alone."""
        from etl.orchestration.live import app

        return [{"name": "双拥报送", "app": app, "url_prefix": "/returns"}]

    @property
    def fastapi_root_middlewares(self) -> list[Any]:  # type: ignore[override]  # a plain list for Airflow
        """Asked for by the web server alone."""
        from etl.orchestration.approvers import OnlyReviewersAnswer

        return [{"name": "审批", "middleware": OnlyReviewersAnswer}]

    @property
    def external_views(self) -> list[Any]:  # type: ignore[override]  # a plain list for Airflow
        """The page 报送进度 in the navigation."""
        return [{"name": "报送进度", "href": "/returns/board/", "destination": "nav", "url_route": "board"}]
