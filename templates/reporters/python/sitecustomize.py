# Found by every Python process of a check through PYTHONPATH. Where pytest is about to run, it is asked for a report by
# a plugin of ours in the place of the JUnit XML that the environment asks for: that one is for runs whose command sets
# a PYTHONPATH of its own. The sitecustomize that would have been found without us is run as always.
import os
import sys


def _take_back():
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [path for path in sys.path if os.path.abspath(path) != here]
    sys.modules.pop("sitecustomize", None)
    try:
        import sitecustomize  # noqa: F401
    except ImportError:
        pass
    try:
        with open(os.path.join(os.path.dirname(here), "pytest-options")) as file:
            junit, plugin = file.read().split("\n")[:2]
    except (IOError, OSError, ValueError):
        return
    options = os.environ.get("PYTEST_ADDOPTS", "")
    if sys.version_info < (3, 7) or junit not in options:
        return
    # At the end, where nothing of the project's is hidden by it.
    sys.path.append(here)
    os.environ["PYTEST_ADDOPTS"] = options.replace(junit, plugin)


_take_back()
