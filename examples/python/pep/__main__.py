"""`python -m pep --state-dir DIR [--connect HOST:PORT]`: the driver."""

import argparse

from .driver import main
from .product import PRODUCTS

parser = argparse.ArgumentParser(prog="pep", description=__doc__)
parser.add_argument("--state-dir", required=True, help="folder of everything that it has to remember")
parser.add_argument("--connect", metavar="HOST:PORT", help="answer there instead of on standard input and output")
parser.add_argument("--product", choices=PRODUCTS, default="console", help="what it joins as")
arguments = parser.parse_args()
main(arguments.state_dir, arguments.connect, arguments.product)
