//! What an issuer answers: one on a device that is asked by an audience, and one elsewhere that is asked
//! for tokens.

use std::collections::BTreeSet;

use parcep_core::age::{
    AgeAssurance, AgeBasis, AgeConsent, AgeControl, AgeInterval, AgeMethod, AgeSupervision, Ask,
    DeclarantCheck, Expectation, Guardianship, Issuer, IssuerSettings, Knowledge, Known, KnownAge,
    Pins, Share, SignalRequest, TokenRequest, verify,
};
use parcep_core::crypto::{NoRandomness, Random, SigningKey};
use serde_json::{Value, json};

use super::Unanswered;
use super::claims::{self, with};
use super::given::{Given, unread, upper_of, years};

pub(super) const REQUESTS: &[&str] = &[
    "request",
    "caller",
    "kept",
    "share",
    "known",
    "majority",
    "mandatory",
    "day",
];
pub(super) const TOKEN_REQUESTS: &[&str] = &["request", "known"];

const DAY: i64 = 86_400;
/// A day on which an issuer elsewhere is asked; nothing depends on it.
const TODAY: i64 = 20_833;

pub(super) fn answered(given: &Given<'_>) -> Result<Value, Unanswered> {
    let issuer = issuer(given.small("majority")?)?;
    let request = SignalRequest::from_bytes(&given.bytes("request")?);
    let day = given.number("day")?;
    let mut pins = kept(given)?;
    let known = Said::of(given, day)?;
    // Any second of the day at which it has begun everywhere and has not ended anywhere.
    let now = day * DAY + 12 * 3600;
    let ask = Ask {
        seen: given.text("caller")?,
        share: &share(given.text("share")?)?,
        mandatory: given.flag("mandatory")?,
        guardianship: &known.guardianship,
        knowledge: known.knowledge(),
        now,
    };
    let answer = issuer
        .answer(
            request.as_ref().map_err(|fault| *fault),
            &ask,
            &mut pins,
            &mut Counted(0),
        )
        .map_err(unread)?;
    let Some(bytes) = answer.signal_bytes() else {
        return Ok(json!({ "outcome": answer.outcome.name(), "consent": answer.consent.name() }));
    };
    let request = request.map_err(|_| unread("a signal for no request"))?;
    let trusted = [issuer.public()];
    let expected = Expectation {
        issuers: trusted.as_slice().into(),
        audience: given.text("caller")?,
        purpose: request.purpose,
        nonce: Some(&request.nonce),
        now,
    };
    let claim = verify(&bytes, expected).map_err(unread)?;
    Ok(with(
        "outcome",
        json!(answer.outcome.name()),
        claims::shown(&claim),
    ))
}

pub(super) fn issued(given: &Given<'_>) -> Result<Value, Unanswered> {
    let issuer = issuer(18)?;
    let request = TokenRequest::from_bytes(&given.bytes("request")?);
    let known = Said::of(given, TODAY)?;
    let now = TODAY * DAY + 12 * 3600;
    let request = request.as_ref().map_err(|fault| *fault);
    let answer = issuer.issue_tokens(request, known.knowledge(), now);
    let number = json!(answer.tokens.len());
    let told = match answer.tokens.first() {
        Some(token) => claims::token(&token.to_bytes())?,
        None => json!({}),
    };
    let told = with("outcome", json!(answer.outcome.name()), told);
    Ok(with("tokens", number, told))
}

fn issuer(majority: u32) -> Result<Issuer, Unanswered> {
    let settings = IssuerSettings {
        majority: u8::try_from(majority).map_err(unread)?,
        ..IssuerSettings::default()
    };
    Issuer::new(SigningKey::from_seed([7; 32]).map_err(unread)?, settings).map_err(unread)
}

fn share(name: &str) -> Result<Share, Unanswered> {
    match name {
        "allow" => Ok(Share::Allowed { cuts: None }),
        "ask" => Ok(Share::Ask),
        "refuse" => Ok(Share::Refused),
        "none" => Ok(Share::Off),
        other => Err(unread(format_args!("share `{other}`"))),
    }
}

/// The cut points that are kept, in the form in which an issuer keeps them.
fn kept(given: &Given<'_>) -> Result<Pins, Unanswered> {
    if given.find("kept").is_none() {
        return Ok(Pins::new());
    }
    let kept = given.object("kept")?;
    let form = json!({
        "format": "parcep-age-pins/1",
        "audiences": [{
            "audience": given.text("caller")?,
            "cuts": kept.ages("cuts")?,
            "since": kept.number("since_day")?,
            "ever": kept.ages("ever")?,
        }],
    });
    serde_json::from_value(form).map_err(unread)
}

/// `known`, and who answers for the person.
struct Said {
    known: Option<Known>,
    why_not: Option<Knowledge<'static>>,
    guardianship: Guardianship,
}

impl Said {
    fn of(given: &Given<'_>, today: i64) -> Result<Self, Unanswered> {
        let nothing = |why| Self {
            known: None,
            why_not: Some(why),
            guardianship: Guardianship::default(),
        };
        match given.find("known") {
            None => return Ok(nothing(Knowledge::Nothing)),
            Some(Value::String(why)) => match why.as_str() {
                "must_verify" => return Ok(nothing(Knowledge::VerificationRequired)),
                "no_answer" => return Ok(nothing(Knowledge::Unavailable(None))),
                other => return Err(unread(format_args!("known `{other}`"))),
            },
            Some(_) => {}
        }
        let known = given.object("known")?;
        let interval = AgeInterval::new(
            years(known.value("lower")?)?,
            upper_of(known.value("upper")?)?,
        );
        let name = |member| known.find(member).map(|_| known.text(member)).transpose();
        let controls = known
            .find("controls")
            .map_or(Ok([].as_slice()), |_| known.list("controls"))?;
        let controls = controls
            .iter()
            .map(|control| control.as_str().and_then(AgeControl::from_name));
        let controls: Option<BTreeSet<AgeControl>> = controls.collect();
        Ok(Self {
            why_not: None,
            guardianship: Guardianship {
                supervision: named(name("supervision")?, AgeSupervision::from_name)?,
                controls: controls.ok_or_else(|| unread("`controls`"))?,
                consent: match known.flag("consent_not_required")? {
                    true => AgeConsent::NotRequired,
                    false => AgeConsent::NotReported,
                },
                ..Guardianship::default()
            },
            known: Some(Known {
                declarant_check: named(name("declarant_check")?, DeclarantCheck::from_name)?,
                assurance: named(name("assurance")?, AgeAssurance::from_name)?,
                checked_day: name("established")?
                    .map(|name| checked(name, today))
                    .transpose()?,
                jurisdiction: name("jurisdiction")?.unwrap_or_default().to_owned(),
                basis: named(name("basis")?, AgeBasis::from_name)?,
                ..Known::declared(
                    KnownAge::Range(interval.map_err(unread)?),
                    AgeMethod::from_name(known.text("method")?)
                        .ok_or_else(|| unread("`method`"))?,
                )
            }),
        })
    }

    fn knowledge(&self) -> Knowledge<'_> {
        match (&self.known, self.why_not) {
            (Some(known), _) => Knowledge::Known(known),
            (None, why) => why.unwrap_or(Knowledge::Nothing),
        }
    }
}

fn named<T: Default>(name: Option<&str>, find: fn(&str) -> Option<T>) -> Result<T, Unanswered> {
    name.map_or(Ok(T::default()), |name| {
        find(name).ok_or_else(|| unread(format_args!("the name `{name}`")))
    })
}

/// A day of a check that is that long ago.
fn checked(established: &str, today: i64) -> Result<i64, Unanswered> {
    Ok(match established {
        "within_day" => today,
        "within_30_days" => today - 10,
        "within_365_days" => today - 100,
        "older" => today - 1000,
        other => return Err(unread(format_args!("established `{other}`"))),
    })
}

/// Bytes that count up, in place of random ones.
struct Counted(u8);

impl Random for Counted {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        self.0 = self.0.wrapping_add(1);
        bytes.fill(self.0);
        Ok(())
    }
}
