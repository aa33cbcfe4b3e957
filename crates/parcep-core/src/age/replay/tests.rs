use super::*;
use proptest::prelude::*;

const A: Once = Once::Signal([1; 16]);
const B: Once = Once::Token([2; 32]);

/// R-AGE-023
#[test]
fn age_28_what_comes_again_before_its_end_is_replayed() {
    let mut memory = ReplayMemory::new(10);
    assert_eq!(memory.first_time(A, 100, 0), Ok(()));
    assert_eq!(memory.first_time(B, 200, 0), Ok(()));
    for now in [0, 1, 99] {
        assert_eq!(memory.first_time(A, 100, now), Err(ReplayError::Replayed));
        // A later end around the same holder key does not make it another token.
        assert_eq!(memory.first_time(B, 900, now), Err(ReplayError::Replayed));
    }
    assert_eq!(memory.len(), 2);
}

/// R-AGE-023
#[test]
fn age_28_an_id_is_forgotten_at_its_end_and_only_then() {
    let mut memory = ReplayMemory::new(10);
    memory.first_time(A, 100, 0).unwrap();
    memory.first_time(B, 200, 0).unwrap();
    memory.forget(99);
    assert_eq!(memory.len(), 2);
    memory.forget(100);
    assert_eq!(memory.len(), 1);
    memory.forget(200);
    assert!(memory.is_empty());
}

#[test]
fn a_clock_that_is_set_back_does_not_let_anything_count_again() {
    let mut memory = ReplayMemory::new(10);
    memory.first_time(A, 100, 0).unwrap();
    memory.forget(500);
    assert_eq!(memory.first_time(A, 100, 50), Err(ReplayError::Forgotten));
    // Something that ends later was never forgotten, so it counts.
    assert_eq!(memory.first_time(B, 101, 50), Ok(()));
}

#[test]
fn a_full_memory_refuses_and_pushes_nothing_out() {
    let mut memory = ReplayMemory::new(1);
    memory.first_time(A, 100, 0).unwrap();
    assert_eq!(memory.first_time(B, 100, 0), Err(ReplayError::Full));
    assert_eq!(memory.first_time(A, 100, 0), Err(ReplayError::Replayed));
    assert_eq!(memory.first_time(B, 200, 100), Ok(()));
}

#[test]
fn it_goes_to_disk_and_comes_back() {
    let mut memory = ReplayMemory::new(10);
    memory.first_time(A, 100, 0).unwrap();
    memory.first_time(B, 200, 0).unwrap();
    memory.first_time(Once::Signal([9; 16]), 10, 0).unwrap();
    memory.forget(10);
    let json = serde_json::to_string(&memory).unwrap();
    let mut again: ReplayMemory = serde_json::from_str(&json).unwrap();
    assert_eq!(again, memory);
    assert_eq!(again.first_time(A, 100, 11), Err(ReplayError::Replayed));
    let other = json.replace("parcep-age-seen/1", "parcep-age-seen/2");
    assert!(serde_json::from_str::<ReplayMemory>(&other).is_err());
    let odd = json.replace(&"02".repeat(32), &"02".repeat(31));
    assert!(serde_json::from_str::<ReplayMemory>(&odd).is_err());
}

#[test]
fn no_text_shows_an_id() {
    assert_eq!(format!("{A:?} {B:?}"), "Signal(…) Token(…)");
}

/// A memory with a fault in it, to see that the law notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    ForgetsEarly,
    NeverForgets,
}

/// R-AGE-023: each id counts once before its end, and what is held is what has not ended.
fn law(presented: &[(u8, i64, i64)], fault: Fault) -> Result<(), TestCaseError> {
    let mut memory = ReplayMemory::new(usize::MAX);
    let mut counted: BTreeMap<u8, i64> = BTreeMap::new();
    let mut now = 0;
    for (id, life, step) in presented {
        now += step;
        match fault {
            Fault::ForgetsEarly => memory.forget(now + 1),
            Fault::NeverForgets => memory.by_end.clear(),
            Fault::None => {}
        }
        counted.retain(|_, end| *end > now);
        let end = counted.get(id).copied().unwrap_or(now + life);
        let first = memory.first_time(Once::Signal([*id; 16]), end, now).is_ok();
        prop_assert_eq!(first, !counted.contains_key(id));
        counted.entry(*id).or_insert(end);
        prop_assert_eq!(memory.len(), counted.len());
    }
    Ok(())
}

fn presented() -> impl Strategy<Value = Vec<(u8, i64, i64)>> {
    proptest::collection::vec((0..6_u8, 1..20_i64, 0..5_i64), 1..60)
}

proptest! {
    #[test]
    fn every_id_counts_once_before_its_end(presented in presented()) {
        law(&presented, Fault::None)?;
    }
}

#[test]
fn the_law_notices_a_memory_that_forgets_too_early_or_never() {
    let presented = [(1, 5, 0), (1, 5, 4), (2, 5, 1), (1, 5, 0)];
    assert!(law(&presented, Fault::None).is_ok());
    assert!(law(&presented, Fault::ForgetsEarly).is_err());
    assert!(law(&presented, Fault::NeverForgets).is_err());
}
