//! Builds the bytes of a list, and its canonical text.

use super::key::Key;
use super::set::{CHECKED_FROM, HEAD, HEADER, MAGIC, MARKED, bucket, mark};
use super::{HostSetError, MOST_HOSTS, pack};
use crate::crypto::{Hash, sha256};
use crate::policy::HostName;

/// Hosts of a bucket on average. With seven, one bucket in twenty has more than its head can mark.
const PER_BUCKET: usize = 7;

/// Collects hosts, in any order and however often, and builds a list of them.
///
/// The same hosts give the same bytes. Building holds all hosts in memory; a million take about
/// 100 MB. Where that is too much, build elsewhere and check with [`super::HostSet::verify`].
#[derive(Debug, Default)]
pub struct HostSetBuilder(Vec<HostName>);

impl HostSetBuilder {
    /// No host yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a host.
    pub fn add(&mut self, host: HostName) {
        self.0.push(host);
    }

    /// The bytes of the list, for [`super::HostSet::open`].
    ///
    /// # Errors
    /// [`HostSetError::TooMany`].
    pub fn finish(self) -> Result<Vec<u8>, HostSetError> {
        build_from_text(&canonical_text(self.0))
    }
}

impl Extend<HostName> for HostSetBuilder {
    fn extend<I: IntoIterator<Item = HostName>>(&mut self, hosts: I) {
        self.0.extend(hosts);
    }
}

/// The canonical text of these hosts: each once, in the order of their bytes, each followed by LF
/// (R-POL-017). Its SHA-256 is the name of the list.
#[must_use]
pub fn canonical_text(hosts: impl IntoIterator<Item = HostName>) -> String {
    let mut hosts: Vec<HostName> = hosts.into_iter().collect();
    hosts.sort_unstable();
    hosts.dedup();
    let mut text = String::with_capacity(hosts.iter().map(|host| host.as_str().len() + 1).sum());
    for host in &hosts {
        text.push_str(host.as_str());
        text.push('\n');
    }
    text
}

/// The bytes of the list that has this canonical text.
///
/// # Errors
/// [`HostSetError::Line`] names the first line that is not as it must be: sorting or mapping it
/// here would give a list of another name. [`HostSetError::TooMany`].
pub fn build_from_text(text: &str) -> Result<Vec<u8>, HostSetError> {
    let mut hosts = Vec::new();
    let mut before = "";
    for (line, host) in (1..).zip(text.split_inclusive('\n')) {
        let wrong = |why| HostSetError::Line { line, why };
        let host = host
            .strip_suffix('\n')
            .ok_or_else(|| wrong("it does not end with LF"))?;
        let read = host.parse::<HostName>();
        if !read.is_ok_and(|read| read.as_str() == host) {
            return Err(wrong("it is no host in lower-case A-labels"));
        }
        if host <= before {
            return Err(wrong("the lines are not in order, or one is there twice"));
        }
        if hosts.len() == MOST_HOSTS {
            return Err(HostSetError::TooMany);
        }
        before = host;
        hosts.push(host);
    }
    lay_out(sha256(text.as_bytes()), &hosts).ok_or(HostSetError::TooMany)
}

/// Tries keys until no bucket has more hosts than a head can count. The first does unless
/// somebody found, against a keyed hash, hundreds of hosts for one bucket.
fn lay_out(name: Hash, hosts: &[&str]) -> Option<Vec<u8>> {
    (0..=u8::MAX).find_map(|attempt| with_key(name, attempt, hosts))
}

fn with_key(name: Hash, attempt: u8, hosts: &[&str]) -> Option<Vec<u8>> {
    let key = Key::new(&name, attempt);
    let buckets = hosts.len().div_ceil(PER_BUCKET).max(1);
    let mut order: Vec<(usize, u8, &str)> = hosts
        .iter()
        .map(|host| (key.of(host.as_bytes()), *host))
        .map(|(hash, host)| (bucket(hash, buckets), mark(hash), host))
        .collect();
    order.sort_unstable();
    let mut heads = Vec::with_capacity(buckets * HEAD);
    let mut packed = Vec::new();
    let mut rest = order.as_slice();
    for number in 0..buckets {
        let (inside, after) = rest.split_at(rest.partition_point(|(of, ..)| *of == number));
        rest = after;
        heads.extend_from_slice(&u32::try_from(packed.len()).ok()?.to_le_bytes());
        heads.push(u8::try_from(inside.len()).ok()?);
        let marks = inside.iter().map(|(_, mark, _)| *mark).chain([0; MARKED]);
        heads.extend(marks.take(MARKED));
        for (_, _, host) in inside {
            packed.push(u8::try_from(pack::units(host.len())).ok()?);
            packed.extend(pack::pack(host.as_bytes()).flat_map(u16::to_le_bytes));
        }
    }
    let labels = || hosts.iter().map(|host| host.split('.').count());
    let label = |count: Option<usize>| u8::try_from(count.unwrap_or(0)).ok();
    let number = |count: usize| u32::try_from(count).map(u32::to_le_bytes).ok();
    let mut checked = Vec::with_capacity(HEADER - CHECKED_FROM + heads.len() + packed.len());
    checked.extend_from_slice(name.as_bytes());
    checked.extend_from_slice(&number(hosts.len())?);
    checked.extend_from_slice(&number(buckets)?);
    checked.extend_from_slice(&number(packed.len())?);
    checked.extend([attempt, label(labels().min())?, label(labels().max())?]);
    checked.resize(HEADER - CHECKED_FROM, 0);
    checked.append(&mut heads);
    checked.append(&mut packed);
    Some([&MAGIC[..], sha256(&checked).as_bytes(), &checked].concat())
}
