//! Age tokens: the coarsest true statement, shown once to each audience, and of no use to any other.

use super::Outcome;
use crate::failure::{Failure, Kind};
use parcep_core::age::{
    AgeError, AgeInterval, AgePurpose, AgeSignal, AgeToken, Cuts, Expectation, HolderKeys, Pins,
    ReplayMemory, Share, Trusted, coarsen, issue_tokens, latest_day, verify_presented,
};
use parcep_core::crypto::{Random as _, SigningKey, SystemRandom};
use parcep_interchange::family::Family;

const GAMES: &str = "https://games.example";
const SHOP: &str = "https://shop.example";

/// Two tokens for two audiences: each verifies for its own, once, and what both see is what everybody
/// in the bracket is told this week.
pub(super) fn issue_and_verify(family: &Family) -> Result<Outcome, Failure> {
    let mut random = SystemRandom::new();
    let now = jiff::Timestamp::now().as_second();
    let known = family.children.iter().find_map(|child| child.age);
    let lower = known.map_or(10, u32::from);
    let cuts = Cuts::new(vec![13, 16, 18]).map_err(internal)?;
    let age = AgeInterval::new(lower, Some(lower + 1)).map_err(internal)?;
    let told = coarsen(age, &cuts);

    // The issuer signs over keys that it knows nothing about; the device looks at what it got.
    let issuer = SigningKey::generate(&mut random).map_err(internal)?;
    let issuers = [issuer.public()];
    let trusted = Trusted::Keys(&issuers);
    let keys = HolderKeys::generate(2, cuts.clone(), &mut random).map_err(internal)?;
    let token = AgeToken::new(told, now, 4).map_err(internal)?;
    let signed = issue_tokens(&token, &keys.public(), &issuer).map_err(internal)?;
    let mut batch = keys.receive(&signed, trusted, now).map_err(internal)?;

    let mut pins = Pins::new();
    let mut seen = Vec::new();
    let mut passed = true;
    for audience in [GAMES, SHOP] {
        let nonce: [u8; 16] = random.array().map_err(internal)?;
        let expected = |audience| Expectation {
            issuers: trusted,
            audience,
            purpose: AgePurpose::AccessGate,
            nonce: Some(&nonce),
            now,
        };
        let share = Share::Allowed { cuts: None };
        let admitted = pins.admit(audience, &cuts, &share, latest_day(now));
        let admitted = admitted.map_err(internal)?;
        let shown = batch.present(&admitted, AgePurpose::AccessGate, &nonce, now);
        let shown = shown.map_err(internal)?;
        let read = verify_presented(&shown.bytes, expected(audience)).map_err(internal)?;
        let elsewhere = verify_presented(&shown.bytes, expected("https://other.example"));
        let mut memory = ReplayMemory::new(8);
        let first = memory.first_time(read.once, read.not_after, now);
        let again = memory.first_time(read.once, read.not_after, now);
        passed &= read.interval == told.interval
            && elsewhere == Err(AgeError::WrongAudience)
            && first.is_ok()
            && again.is_err();
        seen.push(read);
    }
    let unlinked = matches!(seen.as_slice(), [games, shop] if common(games) == common(shop)
        && games.once != shop.once);
    let upper = told.interval.upper();
    let upper = upper.map_or_else(String::new, |upper| upper.to_string());
    Ok(Outcome {
        passed: passed && unlinked && batch.is_empty(),
        said: format!(
            "{GAMES} and {SHOP} are told [{}, {upper}) by one-time tokens that name nobody; shown \
             again or elsewhere they are refused, and the issuer never learned where",
            told.interval.lower()
        ),
        text: String::new(),
    })
}

/// What two audiences can compare: it is the same for everybody who is told this cell this week.
fn common(read: &AgeSignal) -> (AgeInterval, bool, i64, i64) {
    (
        read.interval,
        read.exact_cell,
        read.issued_bucket,
        read.not_after,
    )
}

fn internal(error: impl ToString) -> Failure {
    Failure::new(Kind::Failed, "INTERNAL", error.to_string())
}
