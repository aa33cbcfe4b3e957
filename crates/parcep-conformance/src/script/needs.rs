//! What a test needs of a product, and whether what the product said of itself is that.
//!
//! | Need | The product |
//! |---|---|
//! | `lists` | has this feature |
//! | `without lists` | does not say that it has this feature |
//! | `can web.host` | declares this capability |
//! | `cannot web.host` | does not declare it |

use crate::point::Hello;

/// What a product can be told apart by.
enum Asked<'a> {
    Feature(&'a str),
    Capability(&'a str),
}

/// What a need asks for, and whether it is to be there.
fn read(need: &str) -> (Asked<'_>, bool) {
    match need.split_once(' ') {
        Some(("without", feature)) => (Asked::Feature(feature), false),
        Some(("can", capability)) => (Asked::Capability(capability), true),
        Some(("cannot", capability)) => (Asked::Capability(capability), false),
        _ => (Asked::Feature(need), true),
    }
}

/// Whether a test with this need probes what a product does not declare.
pub(crate) fn is_of_lack(need: &str) -> bool {
    !read(need).1
}

/// Why a test with these needs does not apply to who said this of itself; `None` if it does.
pub(crate) fn unmet(needs: &[String], hello: &Hello) -> Option<String> {
    needs.iter().find_map(|need| {
        let (asked, wanted) = read(need);
        let (said, what) = match asked {
            Asked::Feature(word) => (&hello.features, word),
            Asked::Capability(word) => (&hello.capabilities, word),
        };
        let has = said.iter().any(|word| word == what);
        match (has == wanted, wanted) {
            (true, _) => None,
            (false, true) => Some(format!("the product has no `{what}`")),
            (false, false) => Some(format!("the product has `{what}`")),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_applies_by_what_is_declared_and_by_what_is_not() {
        let hello = Hello {
            product: String::new(),
            version: String::new(),
            role: String::new(),
            category: None,
            capabilities: vec!["web.host".into()],
            features: vec!["lists".into()],
        };
        let cases = [
            ("lists", None),
            ("restart", Some("the product has no `restart`")),
            ("without restart", None),
            ("without lists", Some("the product has `lists`")),
            ("can web.host", None),
            (
                "can web.category",
                Some("the product has no `web.category`"),
            ),
            ("cannot web.category", None),
            ("cannot web.host", Some("the product has `web.host`")),
        ];
        for (need, why) in cases {
            let told = unmet(&[need.into()], &hello);
            assert_eq!(told.as_deref(), why, "{need}");
        }
    }
}
