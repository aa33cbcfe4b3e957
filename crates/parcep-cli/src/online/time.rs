//! Instants and durations in words.

use jiff::Timestamp;

/// An instant to the minute, in UTC.
#[must_use]
pub fn at(seconds: i64) -> String {
    let at = Timestamp::from_second(seconds);
    at.map_or_else(
        |_| format!("second {seconds}"),
        |at| at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    )
}

/// A duration, coarse enough to be read: `6 days 4 h`, `12 min`.
#[must_use]
pub fn lasting(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (days, hours, minutes) = (
        seconds / 86_400,
        seconds % 86_400 / 3600,
        seconds % 3600 / 60,
    );
    let day = if days == 1 { "day" } else { "days" };
    match (days, hours, minutes) {
        (0, 0, 0) => "less than a minute".into(),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, 0, _) => format!("{days} {day}"),
        (days, hours, _) => format!("{days} {day} {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_at_a_glance() {
        let told: Vec<_> = [0, 720, 3600, 5400, 86_400, 604_800, 540_000]
            .map(lasting)
            .into();
        let words = [
            "less than a minute",
            "12 min",
            "1 h",
            "1 h 30 min",
            "1 day",
            "7 days",
            "6 days 6 h",
        ];
        assert_eq!(told, words);
        assert_eq!(at(0), "1970-01-01 00:00 UTC");
    }
}
