"""Kinds of products that this program can be: category, capabilities, clock (chapter 21, profiles)."""

from dataclasses import dataclass

from .proto import pb

EVERYWHERE = (
    "time.window", "time.target", "time.lock", "time.end", "budget.device", "budget.app", "budget.category",
    "app.block", "app.install", "rating.content", "rating.app", "rating.classifier", "age.gate", "ask", "screen.reason",
)
TALKS_AND_SELLS = ("communication.contact", "communication.add", "spending.purchase", "spending.cap")
OPEN = (
    "budget.feature", "web.host", "web.category", "feature.device", "feature.ai_assistant", "feature.social",
    "feature.feed", "feature.privacy", "clock.protected", "clock.battery",
)


@dataclass(frozen=True)
class Product:
    """What it joins as. A `protected` clock is one that the person who uses the device cannot set."""

    name: str
    category: int
    capabilities: tuple
    protected: bool
    takes_lists: bool


PRODUCTS = {
    product.name: product
    for product in (
        Product("console", pb.PEP_CATEGORY_CONSOLE, EVERYWHERE + TALKS_AND_SELLS, False, False),
        Product("tv", pb.PEP_CATEGORY_TV, EVERYWHERE, False, False),
        Product("device-os", pb.PEP_CATEGORY_DEVICE_OS, EVERYWHERE + TALKS_AND_SELLS + OPEN, True, True),
    )
}
