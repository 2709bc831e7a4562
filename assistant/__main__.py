"""`python -m assistant` is `emh`."""

from assistant.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
