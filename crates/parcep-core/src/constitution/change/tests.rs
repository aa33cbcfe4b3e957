use super::*;
use crate::constitution::{Custody, Dependant};

const A: PrincipalId = PrincipalId::from_bytes([1; 16]);
const B: PrincipalId = PrincipalId::from_bytes([2; 16]);
const CHILD: PrincipalId = PrincipalId::from_bytes([8; 16]);
const SIBLING: PrincipalId = PrincipalId::from_bytes([9; 16]);

fn guardian(id: PrincipalId, scope: &[PrincipalId], custody: &[(i64, i64)]) -> Guardian {
    let over_child = custody.iter().map(|(from, until)| Custody {
        dependant: CHILD,
        from: *from,
        until: *until,
    });
    Guardian {
        id,
        scope: scope.to_vec(),
        custody: over_child.collect(),
    }
}

fn law(guardians: Vec<Guardian>) -> Constitution {
    law_of(guardians, &[CHILD, SIBLING])
}

fn law_of(guardians: Vec<Guardian>, dependants: &[PrincipalId]) -> Constitution {
    let dependants = dependants.iter().map(|id| Dependant {
        id: *id,
        release_on: None,
    });
    let relay = Relay {
        uri: "https://home.example".into(),
        key: None,
    };
    Constitution::new(
        guardians,
        dependants.collect(),
        1,
        vec![relay],
        Caps::default(),
    )
    .unwrap()
}

#[test]
fn custody_is_taken_where_somebody_else_has_it_then() {
    // R-CONS-012
    type Times<'a> = &'a [(i64, i64)];
    let cases: [(Times<'_>, Times<'_>, Times<'_>, Times<'_>, &[PrincipalId]); 9] = [
        // of A and B before, of A and B after, from whom it is taken
        (&[(0, 9)], &[], &[(0, 9)], &[], &[]),
        (&[(0, 9)], &[], &[(0, 5)], &[(5, 9)], &[A]),
        (&[(0, 9)], &[], &[(0, 5)], &[], &[A]),
        (&[(0, 9)], &[], &[(0, 9)], &[(9, 12)], &[A]),
        (&[(0, 9)], &[(9, 12)], &[(0, 9)], &[(9, 12)], &[]),
        (&[(0, 9)], &[(9, 12)], &[(0, 10)], &[(10, 12)], &[B]),
        (&[(0, 9)], &[(5, 9)], &[], &[(5, 9)], &[A, B]),
        (&[], &[], &[(0, 9)], &[], &[B]),
        (&[(0, 4), (4, 9)], &[], &[(0, 9)], &[], &[]),
    ];
    for (a, b, a_after, b_after, taken) in cases {
        let old = law(vec![guardian(A, &[], a), guardian(B, &[], b)]);
        let new = law(vec![guardian(A, &[], a_after), guardian(B, &[], b_after)]);
        let taken: BTreeSet<_> = taken.iter().copied().collect();
        assert_eq!(
            old.taken_from(&new),
            taken,
            "{a:?} {b:?} to {a_after:?} {b_after:?}"
        );
    }
}

#[test]
fn custody_over_a_child_out_of_scope_was_nobodys_to_lose() {
    // R-CONS-012
    let old = law(vec![guardian(A, &[], &[]), guardian(B, &[SIBLING], &[])]);
    let new = law(vec![
        guardian(A, &[], &[(0, 9)]),
        guardian(B, &[SIBLING], &[]),
    ]);
    assert!(old.taken_from(&new).is_empty());
}

#[test]
fn a_narrower_scope_takes_authority_and_a_wider_one_does_not() {
    // R-CONS-012
    for (before, after, narrowed) in [
        (&[][..], &[CHILD][..], true),
        (&[], &[CHILD, SIBLING], true),
        (&[CHILD, SIBLING], &[SIBLING], true),
        (&[CHILD], &[SIBLING], true),
        (&[CHILD], &[SIBLING, CHILD], false),
        (&[CHILD], &[], false),
    ] {
        let old = law(vec![guardian(A, &[], &[]), guardian(B, before, &[])]);
        let new = law(vec![guardian(A, &[], &[]), guardian(B, after, &[])]);
        assert_eq!(
            old.taken_from(&new).contains(&B),
            narrowed,
            "{before:?} {after:?}"
        );
        assert_eq!(
            old.changes(&new).contains(&Change::NarrowsScope(B)),
            narrowed
        );
    }
}

#[test]
fn leaving_out_a_guardian_or_a_child_in_scope_takes_authority() {
    // R-CONS-012
    let old = law(vec![guardian(A, &[CHILD], &[]), guardian(B, &[], &[])]);
    let alone = law(vec![guardian(A, &[CHILD], &[])]);
    assert_eq!(old.taken_from(&alone), BTreeSet::from([B]));
    let without = law_of(
        vec![guardian(A, &[CHILD], &[]), guardian(B, &[], &[])],
        &[CHILD],
    );
    assert_eq!(
        old.taken_from(&without),
        BTreeSet::from([B]),
        "out of scope for the first"
    );
}

#[test]
fn every_difference_is_told() {
    // R-CONS-007
    let old = law(vec![guardian(A, &[], &[]), guardian(B, &[CHILD], &[])]);
    assert_eq!(old.changes(&old), []);
    let c = PrincipalId::from_bytes([3; 16]);
    let mut new = law_of(
        vec![guardian(A, &[], &[(0, 9)]), guardian(c, &[], &[])],
        &[CHILD, c_child()],
    );
    new.threshold = 2;
    new.caps.unblock_max_age = Some(12);
    assert_eq!(
        old.changes(&new),
        [
            Change::Admits(c),
            Change::ChangesCustody(A),
            Change::Removes(B),
            Change::AddsDependant(c_child()),
            Change::ReleasesDependant(SIBLING),
            Change::Threshold { from: 1, to: 2 },
            Change::Caps(new.caps),
        ]
    );
}

fn c_child() -> PrincipalId {
    PrincipalId::from_bytes([10; 16])
}
