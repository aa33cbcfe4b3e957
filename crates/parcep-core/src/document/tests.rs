use super::*;

#[test]
fn a_frame_has_one_form_and_gives_its_content_back() {
    for (content, grid, extra) in [(&b""[..], 16, 0), (b"abc", 16, 5), (&[7; 300], 256, 32)] {
        let framed = frame(content, grid, extra).unwrap();
        assert_eq!((framed.len() + extra) % grid, 0);
        assert_eq!(unframe(&framed), Ok(content));
    }
    let mut padded = frame(b"abc", 16, 0).unwrap();
    padded[15] = 1;
    assert_eq!(unframe(&padded), Err(DocumentError::Malformed("frame")));
    assert!(
        unframe(&[0, 0, 0, 9, 1]).is_err(),
        "longer than what is there"
    );
    assert!(unframe(&[0, 0]).is_err());
}

#[test]
fn wraps_that_announce_more_than_there_is_are_refused() {
    let mut body = vec![0; 1024];
    body[3] = 2;
    body[6] = 4; // two wraps of 1024 bytes in a body of 1024
    assert!(Wraps::of(&body).is_err());
    body[3] = 65;
    assert!(Wraps::of(&body).is_err(), "more than 64 wraps");
    assert_eq!(Wraps::of(&[0; 1024]).unwrap().iter().count(), 0);
    assert!(Wraps::of(&[0; 5]).is_err());
}

#[test]
fn every_payload_type_lists_its_sections_in_ascending_order() {
    // R-DOC-005
    for payload in (0..70).filter_map(|n| PayloadType::try_from(n).ok()) {
        let kinds = sections_of(payload);
        assert!(kinds.len() <= 12, "{payload:?}");
        assert!(kinds.is_sorted(), "{payload:?}");
    }
}
