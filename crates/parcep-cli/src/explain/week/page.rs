//! The page around the picture.

use super::draw::{Picture, picture};
use super::plan::{Plan, State};
use crate::explain::people::Teller;
use crate::failure::{Failure, Kind};
use askama::Template;
use parcep_core::texts::{Text, Voice};

const STYLE: &str = include_str!("../../../templates/week.css");

#[derive(Template)]
#[template(path = "week.html", escape = "html")]
struct Page<'a> {
    style: &'a str,
    voice: Voice,
    language: &'a str,
    plan: &'a Plan,
    picture: Picture,
    states: Vec<State>,
    /// Some hours come twice, or never, in this week.
    doubled: bool,
    skipped: bool,
    care: bool,
    made: String,
    starts: Option<String>,
}

impl Page<'_> {
    fn word(&self, text: Text) -> &'static str {
        self.voice.text(text)
    }

    fn in_week(&self, seconds: &u64) -> String {
        let span = self.span(seconds);
        self.voice.say(Text::LimitWeek, &[("span", &span)])
    }

    fn span(&self, seconds: &u64) -> String {
        self.voice.span(*seconds)
    }
}

/// The page: nothing is loaded, no script runs.
pub(super) fn html(teller: &Teller<'_>, plan: &Plan) -> Result<String, Failure> {
    let voice = teller.voice;
    let profile = &teller.rules.profile;
    let rows = || plan.days.iter().flat_map(|day| &day.rows);
    let seen = |state: &State| rows().any(|row| row.state == *state);
    let jumps = || plan.days.iter().flat_map(|day| day.dial.jumps());
    let start = profile.day_start;
    let page = Page {
        style: STYLE,
        voice,
        language: voice.language.code(),
        plan,
        picture: picture(plan, voice),
        states: State::ALL.into_iter().filter(seen).collect(),
        doubled: jumps().any(|jump| jump.seconds < 0),
        skipped: jumps().any(|jump| jump.seconds > 0)
            || plan.days.iter().any(|day| day.seconds == 0),
        care: plan.days.iter().any(|day| !day.care.is_empty()),
        made: voice.say(Text::Made, &[("zone", &profile.zone)]),
        starts: (start.seconds() > 0)
            .then(|| voice.say(Text::DayStarts, &[("time", &voice.local_time(start))])),
    };
    page.render()
        .map_err(|error| Failure::new(Kind::Failed, "INTERNAL", error.to_string()))
}
