//! One set of cut points for each audience, so that no series of questions gives a year of birth.
//!
//! ```text
//! audience, cut points ──▶ Pins::admit ──▶ Admitted ──▶ Batch::present
//!        what the household says ┘             (an issuer of signals does this within `answer`)
//! ```

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::cuts::are_apart;
use super::{AgeConsent, Cuts, Share};
use crate::registry::constants;

/// Days after which an audience may come with another set (R-AGE-037).
const KEPT_DAYS: i64 = constants::AGE_PIN / 86_400;
/// Audiences that are kept; far above what one person shares an age with. None is ever forgotten,
/// for that would let it ask with any set again.
const MAX_AUDIENCES: usize = 4096;
/// Most bytes of an audience.
pub(super) const MAX_AUDIENCE: usize = 255;
const FORMAT: &str = "parcep-age-pins/1";

/// The cut points that each audience has (R-AGE-037). It goes to disk as it is, through `serde`;
/// who has lost it has to start with other keys and secrets.
///
/// ```
/// use parcep_core::age::{Cuts, Pins, Share, Withheld};
/// let mut pins = Pins::new();
/// let share = Share::Allowed { cuts: None };
/// let game = "https://games.example";
/// pins.admit(game, &Cuts::new(vec![13, 16])?, &share, 20_000)?;
/// let other = pins.admit(game, &Cuts::new(vec![14, 18])?, &share, 20_001);
/// assert_eq!(other.err(), Some(Withheld::OtherCuts));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Form", into = "Form")]
pub struct Pins {
    by_audience: BTreeMap<String, Pin>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Pin {
    cuts: Cuts,
    since: i64,
    /// Every cut point that there ever was, ascending and two years apart.
    ever: BTreeSet<u32>,
}

/// Proof that an audience may be told something at these cut points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    audience: String,
    cuts: Cuts,
}

/// Why an audience is told nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Withheld {
    /// Other cut points are kept for it (R-AGE-015, R-AGE-037).
    #[error("cut points are not those kept for this audience")]
    OtherCuts,
    /// The household does not share (R-AGE-057); the consent that goes with it.
    #[error("the household does not share this")]
    NotShared(AgeConsent),
}

impl Pins {
    /// Nobody has asked yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The cut points that are kept for an audience.
    pub fn kept(&self, audience: &str) -> Option<&Cuts> {
        self.by_audience.get(audience).map(|pin| &pin.cuts)
    }

    /// Looks whether an audience may be told something at these cut points, and keeps them.
    ///
    /// `audience` is the name that was seen, 1 to 255 bytes (R-AGE-013); `day` counts from
    /// 1970-01-01.
    ///
    /// # Errors
    /// [`Withheld`]; then nothing is kept anew.
    pub fn admit(
        &mut self,
        audience: &str,
        cuts: &Cuts,
        share: &Share,
        day: i64,
    ) -> Result<Admitted, Withheld> {
        let admitted = self.look(audience, cuts, share, day)?;
        self.keep(&admitted, day);
        Ok(admitted)
    }

    /// As [`Self::admit`], and nothing is kept.
    pub(super) fn look(
        &self,
        audience: &str,
        cuts: &Cuts,
        share: &Share,
        day: i64,
    ) -> Result<Admitted, Withheld> {
        let by_rule = match share {
            Share::Allowed { cuts: Some(rule) } => rule == cuts,
            _ => true,
        };
        if !self.fits(audience, cuts, day) {
            return Err(Withheld::OtherCuts);
        }
        match share {
            // Said as a refusal: that a household has a rule at all is nobody's business (R-AGE-031).
            Share::Allowed { .. } if !by_rule => Err(Withheld::NotShared(AgeConsent::Denied)),
            Share::Allowed { .. } => Ok(Admitted {
                audience: audience.to_owned(),
                cuts: cuts.clone(),
            }),
            Share::Ask => Err(Withheld::NotShared(AgeConsent::Pending)),
            Share::Refused => Err(Withheld::NotShared(AgeConsent::Denied)),
            Share::Off => Err(Withheld::NotShared(AgeConsent::NotReported)),
        }
    }

    /// Keeps what was looked at on the same day.
    pub(super) fn keep(&mut self, admitted: &Admitted, day: i64) {
        let pin = self.by_audience.entry(admitted.audience.clone());
        let pin = pin.or_insert_with(|| Pin {
            cuts: admitted.cuts.clone(),
            since: day,
            ever: BTreeSet::new(),
        });
        if pin.cuts != admitted.cuts {
            pin.cuts = admitted.cuts.clone();
            pin.since = day;
        }
        pin.ever.extend(admitted.cuts.points());
    }

    fn fits(&self, audience: &str, cuts: &Cuts, day: i64) -> bool {
        let length = (1..=MAX_AUDIENCE).contains(&audience.len());
        match self.by_audience.get(audience) {
            None => length && self.by_audience.len() < MAX_AUDIENCES,
            Some(pin) => pin.cuts == *cuts || pin.gives_way_to(cuts, day),
        }
    }
}

impl Pin {
    /// Whether the time is over and no cell of one year would come of both (R-AGE-037).
    fn gives_way_to(&self, cuts: &Cuts, day: i64) -> bool {
        let mut ever = self.ever.clone();
        ever.extend(cuts.points());
        day.saturating_sub(self.since) >= KEPT_DAYS && are_apart(ever.iter().copied())
    }
}

impl Admitted {
    /// Whom it is about.
    pub fn audience(&self) -> &str {
        &self.audience
    }

    /// At which cut points.
    pub fn cuts(&self) -> &Cuts {
        &self.cuts
    }
}

/// On disk: `parcep-age-pins/1`.
#[derive(Serialize, Deserialize)]
struct Form {
    format: String,
    audiences: Vec<Row>,
}

#[derive(Serialize, Deserialize)]
struct Row {
    audience: String,
    cuts: Vec<u32>,
    since: i64,
    ever: Vec<u32>,
}

impl TryFrom<Form> for Pins {
    type Error = &'static str;

    fn try_from(form: Form) -> Result<Self, Self::Error> {
        if form.format != FORMAT {
            return Err("expected format `parcep-age-pins/1`");
        }
        let mut by_audience = BTreeMap::new();
        for row in form.audiences {
            let cuts = Cuts::new(row.cuts).map_err(|_| "`cuts` are no cut points")?;
            let ever: BTreeSet<u32> = row.ever.into_iter().collect();
            let whole = cuts.points().iter().all(|cut| ever.contains(cut));
            if !whole || !are_apart(ever.iter().copied()) {
                return Err("`ever` are not all cut points, two years apart");
            }
            let since = row.since;
            if by_audience
                .insert(row.audience, Pin { cuts, since, ever })
                .is_some()
            {
                return Err("an audience stands there twice");
            }
        }
        Ok(Self { by_audience })
    }
}

impl From<Pins> for Form {
    fn from(pins: Pins) -> Self {
        let rows = pins.by_audience.into_iter().map(|(audience, pin)| Row {
            audience,
            cuts: pin.cuts.points().to_vec(),
            since: pin.since,
            ever: pin.ever.into_iter().collect(),
        });
        Self {
            format: FORMAT.into(),
            audiences: rows.collect(),
        }
    }
}
