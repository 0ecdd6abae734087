"""The worker process: `python -m app.worker`.

It does the jobs and the periodic deeds of the core and of all plugins. As many
as wanted may run beside each other; `celery -A app.worker:celery worker --pool
threads` starts the same with other options.
"""

from __future__ import annotations

from app.factory import create_app
from app.kernel.logs import configure_logs
from app.kernel.workshop import Workshop, worker_celery
from app.media.tasks import TASKS
from app.sdk.runtime import EXTENSION
from app.settings import load_settings

THREADS = 4
"""One for a job, the others for periodic deeds, of which one may wait for a slow record store."""

ARGUMENTS = (
    "worker",
    *("--pool", "threads", "--concurrency", str(THREADS), "--loglevel", "INFO"),
    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
)

_settings = load_settings()
flask_app = create_app(_settings)
_plugins = flask_app.extensions[EXTENSION].plugins
workshop = Workshop(
    flask_app,
    handlers={**TASKS, **{kind: handler for plugin in _plugins for kind, handler in plugin.tasks().items()}},
    periodic=[deed for plugin in _plugins for deed in plugin.periodic_tasks()],
)
celery = worker_celery(workshop, _settings.broker)


def main() -> None:
    """Run until told to stop."""
    configure_logs(_settings.log_format)
    celery.worker_main(list(ARGUMENTS))


if __name__ == "__main__":
    main()
