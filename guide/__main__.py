"""`python -m guide` is `coupole`."""

from guide.cli import main

if __name__ == "__main__":
    main()
