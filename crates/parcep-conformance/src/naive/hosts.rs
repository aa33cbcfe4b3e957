//! Hosts: names, lists, modes.

use super::apps::Explicit;
use super::asked::Asked;
use super::model::{Layer, Limit, Policy};
use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};
use parcep_proto::v1alpha1 as pb;
use pb::WebMode;
use std::collections::BTreeSet;

/// R-POL-012: a host in lower-case A-labels, or `None` if it is none.
pub(super) fn mapped(host: &str) -> Option<String> {
    let ascii = Uts46::new()
        .to_ascii(
            host.as_bytes(),
            AsciiDenyList::EMPTY,
            Hyphens::Allow,
            DnsLength::Ignore,
        )
        .ok()?;
    let name = ascii.strip_suffix('.').unwrap_or(&ascii);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
    };
    (name.len() <= 253 && name.split('.').all(is_label)).then(|| name.to_owned())
}

/// R-POL-012: hosts are mapped before they are stored; what cannot be is in no list.
pub(super) fn map_all(policy: &mut Policy) {
    let map = |hosts: &mut Vec<String>| {
        *hosts = hosts.iter().filter_map(|host| mapped(host)).collect();
    };
    for layer in &mut policy.layers {
        for list in layer.web.allow.iter_mut().chain(&mut layer.web.block) {
            map(&mut list.hosts);
        }
    }
    policy.lists.iter_mut().for_each(map);
    policy.limits.retain_mut(|limit| match limit {
        Limit::Host(host) => mapped(host).map(|name| *host = name).is_some(),
        _ => true,
    });
}

/// R-POL-013: an entry covers the host itself and every host below it.
pub(super) fn covers(entry: &str, host: &str) -> bool {
    let is_address = host
        .rsplit('.')
        .next()
        .is_some_and(|label| label.bytes().all(|b| b.is_ascii_digit()));
    entry == host
        || (!is_address
            && host
                .strip_suffix(entry)
                .is_some_and(|rest| rest.ends_with('.')))
}

/// A long list that is here.
#[derive(Debug, Clone)]
pub(super) struct LongList {
    sha256: Vec<u8>,
    hosts: BTreeSet<String>,
}

impl LongList {
    /// R-POL-017: its name is the hash of its canonical text.
    pub(super) fn of(hosts: &[String]) -> Self {
        let hosts: BTreeSet<String> = hosts.iter().cloned().collect();
        let text: String = hosts.iter().map(|host| format!("{host}\n")).collect();
        let hash = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
        Self {
            sha256: hash.as_ref().to_vec(),
            hosts,
        }
    }
}

/// R-POL-017: whether a layer names a list that is not here.
pub(super) fn lacks_a_list(layer: &Layer, lists: &[LongList]) -> bool {
    let is_here = |rule: &pb::ListRule| lists.iter().any(|list| list.sha256 == rule.sha256);
    !layer.web.lists.iter().all(is_here)
}

/// An entry that covers the host of the question.
struct Entry<'a> {
    labels: usize,
    rule: &'a str,
}

/// The entries of a layer that cover the host and say `wanted`; those of long lists behind the others.
fn covering<'a>(asked: &Asked<'_>, layer: &'a Layer, wanted: pb::ListAccess) -> Vec<Entry<'a>> {
    let Some(host) = asked.host.as_deref() else {
        return Vec::new();
    };
    let lists = match wanted {
        pb::ListAccess::Allow => &layer.web.allow,
        _ => &layer.web.block,
    };
    let mut found = Vec::new();
    let mut look = |entry: &str, rule: &'a str| {
        if covers(entry, host) {
            let labels = entry.split('.').count();
            found.push(Entry { labels, rule });
        }
    };
    for list in lists {
        for entry in &list.hosts {
            look(entry, &list.id);
        }
    }
    for rule in layer.web.lists.iter().filter(|rule| access(rule) == wanted) {
        let mut here = asked.reading.lists.iter();
        if let Some(list) = here.find(|list| list.sha256 == rule.sha256) {
            for entry in &list.hosts {
                look(entry, &rule.id);
            }
        }
    }
    found
}

/// R-POL-006: an unknown access is BLOCK.
fn access(rule: &pb::ListRule) -> pb::ListAccess {
    match pb::ListAccess::try_from(rule.access) {
        Ok(pb::ListAccess::Allow) => pb::ListAccess::Allow,
        _ => pb::ListAccess::Block,
    }
}

/// R-EVAL-011: of all entries that cover the host the one with the most labels; block wins.
pub(super) fn explicit(asked: &Asked<'_>, layer: &Layer) -> Option<Explicit> {
    let allows = covering(asked, layer, pb::ListAccess::Allow);
    let blocks = covering(asked, layer, pb::ListAccess::Block);
    let most = allows
        .iter()
        .chain(&blocks)
        .map(|entry| entry.labels)
        .max()?;
    let first = |entries: &[Entry<'_>]| {
        let mut entries = entries.iter();
        entries
            .find(|entry| entry.labels == most)
            .map(|entry| entry.rule.to_owned())
    };
    match first(&blocks) {
        Some(rule) => Some(Explicit::Block(rule)),
        None => first(&allows).map(Explicit::Allow),
    }
}

/// R-EVAL-012: the rule of allow-list mode, where no allow entry covers the host.
pub(super) fn not_listed(asked: &Asked<'_>, layer: &Layer) -> Option<String> {
    let rule = layer.web.mode.as_ref()?;
    let is_list = match WebMode::try_from(rule.mode) {
        Ok(WebMode::Unrestricted | WebMode::BlockList | WebMode::Filtered) => false,
        // R-POL-006: what is unknown is an allow list.
        Ok(WebMode::AllowList | WebMode::Unspecified) | Err(_) => true,
    };
    let listed = !covering(asked, layer, pb::ListAccess::Allow).is_empty();
    (is_list && !listed).then(|| rule.id.clone())
}

/// R-EVAL-012: the rule of filtered mode, where the host is in a listed category.
pub(super) fn filtered(asked: &Asked<'_>, layer: &Layer) -> Option<String> {
    let rule = layer.web.mode.as_ref()?;
    let is_filter = rule.mode == WebMode::Filtered as i32;
    let mut categories = rule.categories.iter();
    // R-EVAL-024: what is no name is in no category.
    let is_listed = categories.any(|category| asked.categories.contains(category));
    (is_filter && is_listed).then(|| rule.id.clone())
}
