//! Brackets that an issuer tells: coarsening, estimates, birthdays, sets of cut points, handles.

use jiff::civil::Date;
use parcep_core::age::{
    AgeHandle, AgeInterval, Born, Coarse, Cuts, Pins, Rollover, Share, coarsen, latest_day,
    youngest,
};
use parcep_core::hex;
use serde_json::{Value, json};

use super::Unanswered;
use super::given::{Given, unread};

pub(super) const COARSENING: &[&str] = &["known", "cuts", "one_cell"];
pub(super) const ESTIMATES: &[&str] = &["estimate", "error", "cuts"];
pub(super) const ROLLOVER: &[&str] = &["secret", "audience", "cut", "cuts", "born", "now"];
pub(super) const CUT_SETS: &[&str] = &["asked"];
pub(super) const HANDLES: &[&str] = &["secret", "audience", "counter"];

pub(super) fn coarsened(given: &Given<'_>) -> Result<Value, Unanswered> {
    let (known, cuts) = (given.interval("known")?, given.cuts("cuts")?);
    let one_cell = given.flag("one_cell")?;
    let told = if one_cell { youngest } else { coarsen };
    Ok(shown(told(known, &cuts)))
}

pub(super) fn estimated(given: &Given<'_>) -> Result<Value, Unanswered> {
    let (estimate, cuts) = (given.interval("estimate")?, given.cuts("cuts")?);
    let known = estimate.widen(given.small("error")?);
    Ok(shown(coarsen(known, &cuts)))
}

fn shown(told: Coarse) -> Value {
    json!({ "told": bounds(told.interval), "exact_cell": told.exact_cell })
}

fn bounds(interval: AgeInterval) -> Value {
    json!([interval.lower(), interval.upper()])
}

pub(super) fn rolled_over(given: &Given<'_>) -> Result<Value, Unanswered> {
    if given.has("born") {
        let person = Rollover::new(born(given.text("born")?)?, given.secret("secret")?);
        let day = latest_day(given.number("now")?);
        let told = person.told(given.text("audience")?, &given.cuts("cuts")?, day);
        return Ok(json!({ "told": bounds(told) }));
    }
    delay(given)
}

/// A day, or a month.
fn born(text: &str) -> Result<Born, Unanswered> {
    if let Ok(day) = text.parse::<Date>() {
        return Ok(Born::on(day));
    }
    let month = text.split_once('-');
    let month = month.and_then(|(year, month)| Some((year.parse().ok()?, month.parse().ok()?)));
    let (year, month) = month.ok_or_else(|| unread("`born` is neither a day nor a month"))?;
    Born::in_month(year, month).map_err(unread)
}

/// The delay shows in the day on which somebody is first spoken of as at or above the cut point.
fn delay(given: &Given<'_>) -> Result<Value, Unanswered> {
    let cut = given.small("cut")?;
    let cuts = Cuts::new(vec![cut]).map_err(unread)?;
    let epoch = Date::constant(1970, 1, 1);
    let person = Rollover::new(Born::on(epoch), given.secret("secret")?);
    let audience = given.text("audience")?;
    let birthday = i16::try_from(1970 + cut).ok();
    let birthday = birthday.and_then(|year| Date::new(year, 1, 1).ok());
    let birthday = birthday.ok_or_else(|| unread("`cut` is beyond the calendar"))?;
    let reached = birthday.duration_since(epoch).as_hours() / 24;
    let passed = |days: &i64| person.told(audience, &cuts, reached + days).lower() == cut;
    let days = (0..=56).find(passed);
    Ok(json!({ "days": days }))
}

pub(super) fn cut_sets(given: &Given<'_>) -> Result<Value, Unanswered> {
    let (mut pins, share) = (Pins::new(), Share::Allowed { cuts: None });
    let mut answered = Vec::new();
    for asked in given.list("asked")? {
        let asked = asked.as_object().map(Given);
        let asked = asked.ok_or_else(|| unread("`asked` has no objects"))?;
        let (day, cuts) = (asked.number("day")?, asked.cuts("cuts")?);
        answered.push(
            pins.admit("https://games.example", &cuts, &share, day)
                .is_ok(),
        );
    }
    Ok(json!({ "answered": answered }))
}

pub(super) fn handle(given: &Given<'_>) -> Result<Value, Unanswered> {
    let secret = given.secret("secret")?;
    let handle = AgeHandle::derive(&secret, given.text("audience")?, given.small("counter")?);
    Ok(json!({ "handle": hex::encode(handle.as_bytes()) }))
}
