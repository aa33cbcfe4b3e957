//! `age_over_NN`: the claims of an mdoc or SD-JWT that somebody else has verified.
//!
//! ```text
//! age_over_16 = true   ▶ [16, ∞)      of several true ones the greatest NN
//! age_over_18 = false  ▶ [0, 18)      of several false ones the least NN
//! ```
//!
//! A holder may answer about 16 with a true 18 (ISO/IEC 18013-5, 7.2.5); gates make it 16 again. A
//! proof of age, `eu.europa.ec.av.1`, has no other attribute: with one it is refused. Signatures,
//! issuer and holder are not looked at here, nor is a date of birth.

use jiff::Timestamp;
use parcep_core::age::{AgeAssurance, AgeInterval, AgeMethod, AgeOutcome, Claim, Cuts, Statement};

use crate::json::{Json, parse};

use super::back::{Lines, Told, is_revoked, lost_of_people, object, sound};
use super::bounds::signal;
use super::members::{Loss, Members, same};
use super::{AdaptError, LIMITS};

/// Document type and name space of the European proof of age.
const PROOF_OF_AGE: &str = "eu.europa.ec.av.1";
/// Name spaces that are read also where they do not stand in `nameSpaces`.
const SPACES: &[&str] = &[
    PROOF_OF_AGE,
    "org.iso.18013.5.1",
    "org.iso.23220.1",
    "eu.europa.ec.eudi.pid.1",
];
const DOC_TYPE: &[&str] = &["docType"];
const NAME_SPACES: &[&str] = &["nameSpaces"];
const AGES: &[&str] = &["age_equal_or_over"];
const VALIDITY: &[&str] = &["validityInfo"];
/// What surrounds the attributes of an mdoc and says nothing of a person.
const ENVELOPE: &[&str] = &["version", "digestAlgorithm"];
/// A proof of age lives three months at most; no three months have more days.
const LONGEST_LIFE_S: i64 = 92 * 86_400;
const NOT_PROOF: &str = "a proof of age has no attribute but age_over_NN";

/// Reads one claim set.
pub(super) fn read(
    mut members: Members<'_>,
    gates: Option<&Cuts>,
) -> Result<Statement, AdaptError> {
    let mut loss = Loss::default();
    let mut ages = Ages::default();
    let typed = members.text(DOC_TYPE)?.is_some_and(is_proof);
    let spaces = members.object(NAME_SPACES)?;
    let inside = spaces
        .as_ref()
        .is_some_and(|spaces| spaces.has(&[PROOF_OF_AGE]));
    let proof = typed || inside || members.has(&[PROOF_OF_AGE]);
    let validity = Validity::read(&mut members)?;
    validity.tell(proof, &mut loss);
    members.skip(ENVELOPE);
    if let Some(mut spaces) = spaces {
        let inner = spaces.objects(|name| !proof || is_proof(name))?;
        ages.spaces(inner, proof, &mut loss)?;
        close(spaces, proof, &mut loss)?;
    }
    let alone = |name: &str| SPACES.iter().any(|space| same(name, space));
    let inner = members.objects(|name| alone(name) && (!proof || is_proof(name)))?;
    ages.spaces(inner, proof, &mut loss)?;
    ages.attributes(&mut members, proof)?;
    close(members, proof, &mut loss)?;
    let mut said = ages.statement(gates, &mut loss)?;
    said.loss = loss.lines();
    Ok(said)
}

/// Ends the reading of one object: a proof of age has nothing that is not read.
fn close(members: Members<'_>, proof: bool, loss: &mut Loss) -> Result<(), AdaptError> {
    let further = members.unasked().next();
    if let Some(name) = further.filter(|_| proof) {
        return Err(members.fault(&[name], NOT_PROOF));
    }
    members.end(loss);
    Ok(())
}

fn is_proof(name: &str) -> bool {
    same(name, PROOF_OF_AGE)
}

/// What the claims leave of all ages.
#[derive(Debug, Clone, Copy, Default)]
struct Ages {
    /// Greatest NN that is true.
    lower: u32,
    /// Least NN that is false.
    upper: Option<u32>,
}

impl Ages {
    fn spaces(
        &mut self,
        spaces: Vec<Members<'_>>,
        proof: bool,
        loss: &mut Loss,
    ) -> Result<(), AdaptError> {
        for mut space in spaces {
            self.attributes(&mut space, proof)?;
            close(space, proof, loss)?;
        }
        Ok(())
    }

    /// `age_over_NN`, and but for a proof of age `age_equal_or_over`.
    fn attributes(&mut self, members: &mut Members<'_>, proof: bool) -> Result<(), AdaptError> {
        let mut said = Vec::new();
        for (age, name, value) in members.matching(age_over) {
            if said.contains(&age) {
                return Err(members.fault(&[name], "said twice"));
            }
            said.push(age);
            self.note(age, value)
                .ok_or_else(|| members.fault(&[name], NOT_FLAG))?;
        }
        if proof {
            return Ok(());
        }
        if let Some(mut inner) = members.object(AGES)? {
            for (age, name, value) in inner.matching(years) {
                self.note(age, value)
                    .ok_or_else(|| inner.fault(&[name], NOT_FLAG))?;
            }
            if let Some(name) = inner.unasked().next() {
                return Err(inner.fault(&[name], "not an age from 0 to 120"));
            }
        }
        Ok(())
    }

    /// Takes one claim; `None` if it is neither true nor false.
    fn note(&mut self, age: u32, value: &Json) -> Option<()> {
        match value {
            Json::Bool(true) => self.lower = self.lower.max(age),
            Json::Bool(false) => self.upper = Some(self.upper.map_or(age, |upper| upper.min(age))),
            _ => return None,
        }
        Some(())
    }

    fn statement(self, gates: Option<&Cuts>, loss: &mut Loss) -> Result<Statement, AdaptError> {
        let interval = AgeInterval::new(self.lower, self.upper).map_err(|_| AdaptError {
            pointer: String::new(),
            message: "claims that contradict each other",
        })?;
        if (self.lower, self.upper) == (0, None) {
            return Ok(Statement::without(AgeOutcome::AgeUnknown));
        }
        if self.upper.is_some() {
            loss.line("age_over_NN: false on the day it was signed; a birthday since is not seen");
        }
        let claim = Claim::new(interval, AgeMethod::Verified, AgeAssurance::Enhanced);
        Ok(signal(claim, gates, loss))
    }
}

const NOT_FLAG: &str = "neither true nor false";

/// NN of `age_over_NN`, two digits, in any spelling.
fn age_over(name: &str) -> Option<u32> {
    let digits = name.get(name.len().checked_sub(2)?..)?;
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let rest = name.strip_suffix(digits)?;
    (plain && same(rest, "age_over"))
        .then(|| years(digits))
        .flatten()
}

/// An age of 0 to 120 in digits.
fn years(name: &str) -> Option<u32> {
    let plain = name.len() <= 3 && name.bytes().all(|byte| byte.is_ascii_digit());
    name.parse().ok().filter(|years| plain && *years <= 120)
}

/// From when to when a claim set holds, in seconds since 1970, as far as it says.
#[derive(Debug, Clone, Copy, Default)]
struct Validity {
    from: Option<i64>,
    until: Option<i64>,
}

impl Validity {
    fn read(members: &mut Members<'_>) -> Result<Self, AdaptError> {
        let (not_before, expires) = (numeric(members, &["nbf"])?, numeric(members, &["exp"])?);
        let Some(mut info) = members.object(VALIDITY)? else {
            return Ok(Self {
                from: not_before,
                until: expires,
            });
        };
        date_time(&mut info, &["signed"])?;
        let from = date_time(&mut info, &["validFrom"])?;
        let until = date_time(&mut info, &["validUntil"])?;
        Ok(Self {
            from: from.max(not_before),
            until: until.into_iter().chain(expires).min(),
        })
    }

    fn tell(self, proof: bool, loss: &mut Loss) {
        if self.from.is_some() || self.until.is_some() {
            loss.line("validityInfo: from when to when it holds is not carried");
        }
        let life = self
            .until
            .zip(self.from)
            .map(|(until, from)| until.saturating_sub(from));
        if proof && life.is_some_and(|life| life > LONGEST_LIFE_S) {
            loss.line("validUntil: a proof of age that lives longer than three months");
        }
    }
}

/// Whether a claim set holds at `now_s`, seconds since 1970: at or after `nbf` and `validFrom`,
/// before `exp` and `validUntil`. What it does not say, does not end it.
///
/// [`super::adapt`] has no clock; whoever has one asks here first, and takes what is over for no
/// claim (`EXPIRED`).
///
/// ```
/// use parcep_interchange::age::claims_hold;
/// let set = br#"{"age_over_18": true, "exp": 1750000000}"#;
/// assert!(claims_hold(set, 1749999999)?);
/// assert!(!claims_hold(set, 1750000000)?);
/// # Ok::<(), parcep_interchange::age::AdaptError>(())
/// ```
///
/// # Errors
/// [`AdaptError`] if it is not an object, or a time in it is none.
pub fn claims_hold(bytes: &[u8], now_s: i64) -> Result<bool, AdaptError> {
    let json = parse(bytes, LIMITS)?;
    if json == Json::Null {
        return Ok(true);
    }
    let Validity { from, until } = Validity::read(&mut Members::of(&json)?)?;
    Ok(from.is_none_or(|from| from <= now_s) && until.is_none_or(|until| now_s < until))
}

/// A date-time of RFC 3339.
fn date_time(members: &mut Members<'_>, names: &[&str]) -> Result<Option<i64>, AdaptError> {
    let Some(text) = members.text(names)? else {
        return Ok(None);
    };
    match text.parse::<Timestamp>() {
        Ok(time) => Ok(Some(time.as_second())),
        Err(_) => Err(members.fault(names, "not a date-time")),
    }
}

/// A `NumericDate` of RFC 7519, rounded down: seconds since 1970, perhaps with a fraction.
fn numeric(members: &mut Members<'_>, names: &[&str]) -> Result<Option<i64>, AdaptError> {
    let Some(value) = members.find(names)? else {
        return Ok(None);
    };
    let seconds = match value {
        Json::Number(lexeme) => whole_seconds(lexeme),
        _ => None,
    };
    match seconds {
        Some(seconds) => Ok(Some(seconds)),
        None => Err(members.fault(names, NOT_TIME)),
    }
}

/// `None` for an exponent: with one, what stands before the point is not the number of seconds.
fn whole_seconds(lexeme: &str) -> Option<i64> {
    let (whole, fraction) = lexeme.split_once('.').unwrap_or((lexeme, ""));
    let plain = fraction.bytes().all(|byte| byte.is_ascii_digit());
    whole.parse().ok().filter(|_| plain)
}

const NOT_TIME: &str = "not a time in seconds";

/// Claims for cut points: `{"age_over_13": true, …}`, one for each that the bracket decides.
///
/// A cut point inside the bracket gets none, and neither does anything without a usable claim:
/// unknown is neither true nor false. Whoever reads a claim set takes it for verified, so there is
/// none of what was not, whatever signs it afterwards.
///
/// ```
/// use parcep_core::age::{AgeAssurance, AgeInterval, AgeMethod, Claim, Cuts, Statement};
/// use parcep_interchange::{age::to_claims, json::canonical};
/// let teen = AgeInterval::new(13, Some(18))?;
/// let said = Statement::signal(Claim::new(teen, AgeMethod::Verified, AgeAssurance::Enhanced));
/// let told = to_claims(&said, &Cuts::new(vec![13, 16, 18])?);
/// assert_eq!(canonical(&told.json), r#"{"age_over_13":true,"age_over_18":false}"#);
/// # Ok::<(), parcep_core::age::AgeError>(())
/// ```
#[must_use]
pub fn to_claims(said: &Statement, cuts: &Cuts) -> Told {
    let mut loss = Lines::new();
    is_revoked(said, &mut loss);
    lost_of_people(said, &mut loss);
    let none = |loss: Lines| Told {
        json: object(Vec::new()),
        loss,
    };
    if !matches!(said.outcome(), AgeOutcome::Signal | AgeOutcome::AgeUnknown) {
        loss.push("outcome: told as no claim".into());
    }
    let Some(claim) = sound(said, &mut loss) else {
        return none(loss);
    };
    if claim.method != AgeMethod::Verified || claim.assurance < AgeAssurance::Enhanced {
        loss.push("method: claims are of what was verified, and enhanced".into());
        return none(loss);
    }
    let (lower, upper) = (claim.interval.lower(), claim.interval.upper());
    let is_cut = |age: u32| cuts.points().contains(&age);
    if !(lower == 0 || is_cut(lower)) || !upper.is_none_or(is_cut) {
        loss.push("lower and upper: what is finer than the cut points".into());
    }
    let decide = |cut: u32| {
        let above = lower >= cut;
        (above || upper.is_some_and(|upper| upper <= cut)).then_some(above)
    };
    let told = cuts.points().iter().filter_map(|cut| {
        decide(*cut).map(|over| (format!("age_over_{cut:02}"), Json::Bool(over)))
    });
    Told {
        json: Json::Object(told.collect()),
        loss,
    }
}
