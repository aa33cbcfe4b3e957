"""What was spent: rows as they are told, and what a use that goes on adds to them (R-EVAL-031)."""

MOST = (1 << 64) - 1


class Usage:
    """Rows are (target, period, author or None, scope or currency or None, amount), as of a policy day."""

    def __init__(self, rows, days, today):
        self.rows = {(target, period, author, which): amount for target, period, author, which, amount in rows}
        self.days, self.today = days, today

    def told(self, target, period, author, which):
        """The row that names most, the author before the scope."""
        keys = [(author, which), (author, None), (None, which), (None, None)]
        return next((self.rows[target, period, a, w] for a, w in keys if (target, period, a, w) in self.rows), 0)

    def at_least(self, target, period, author, which):
        """A week and a month hold at least what the day holds."""
        day = self.told(target, "day", author, which)
        return max(day, self.told(target, period, author, which))

    def of_period(self, target, period, author, which, day):
        """What the rows say of the period that this day lies in: nothing once another one has begun."""
        if self.days.period(period, day) != self.days.period(period, self.today):
            return 0
        return min(self.at_least(target, period, author, which), MOST)

    def seconds(self, author, budget, day):
        return self.of_period(budget.target, period_of(budget), author, budget.scope, day)

    def money(self, author, currency, period, day):
        return self.of_period("spending", period, author, currency, day)


class Going(Usage):
    """The same while a use goes on: `add` counts it for budgets, in the period of that day."""

    def __init__(self, usage):
        self.__dict__.update(usage.__dict__)
        self.added = {}

    def add(self, author, budget, day, seconds):
        key = (author, id(budget), self.days.period(period_of(budget), day))
        self.added[key] = self.added.get(key, 0) + seconds

    def seconds(self, author, budget, day):
        key = (author, id(budget), self.days.period(period_of(budget), day))
        return super().seconds(author, budget, day) + self.added.get(key, 0)


def period_of(budget):
    return "week" if budget.daily is None else "day"
