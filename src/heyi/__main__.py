"""``python -m heyi`` is the ``heyi`` command."""

from heyi.config.cli import main

if __name__ == "__main__":
    main()
