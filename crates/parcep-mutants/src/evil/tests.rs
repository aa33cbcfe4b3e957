use super::{Behaviour, behaviours};

/// R-LOG-004, R-LOG-005, R-LOG-006, R-LOG-007, R-LOG-009, R-LOG-014, R-LOG-015, R-LOG-016: each hostile
/// behaviour by its own name and within its bound, by every honest member; and nothing at an honest
/// relay.
#[test]
fn every_hostile_behaviour_is_noticed_within_its_bound_and_honesty_never() {
    let mut wrong = Vec::new();
    for row in behaviours() {
        let (played, control) = (row.play(), row.control());
        if !played.holds {
            wrong.push(format!("{}: {}", row.name, played.seen));
        }
        if !control.holds {
            wrong.push(format!("{}, control: {}", row.name, control.seen));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn there_are_thirty_behaviours_and_more_each_with_a_name_and_a_defence() {
    let names: std::collections::BTreeSet<_> = behaviours().map(|row| row.name).collect();
    assert_eq!(names.len(), behaviours().count());
    assert!(names.len() >= 30, "{}", names.len());
    let defended = |row: &Behaviour| {
        let mut clauses = row.defence.iter();
        !row.defence.is_empty()
            && clauses.all(|id| parcep_conformance::spec::requirement(id).is_some())
    };
    let lost: Vec<_> = behaviours()
        .filter(|row| !defended(row))
        .map(|row| row.name)
        .collect();
    assert!(lost.is_empty(), "{lost:?}");
}
