//! The engine on tokio: calls are awaited, entries are stored before anything is acted on.

use crate::link::refusal;
use crate::{ClientError, Link, Store};
use bytes::Bytes;
use parcep_core::crypto::{CryptoError, Random as _, SealingKey, SystemRandom};
use parcep_core::document::{DocumentError, Draft};
use parcep_core::id::{DocumentId, PrincipalId};
use parcep_core::member::{Event, Member, Method, Promise, Refusal};
use parcep_core::reason::Reason;
use parcep_core::time::Clock;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tonic::codec::Streaming;

/// How long a relay may stay silent before a caller hears of it.
const PATIENCE: Duration = Duration::from_secs(30);
/// A relay that may not have the log is asked once, and not waited for.
const ELSEWHERE: Duration = Duration::ZERO;
/// File with the address of the relay that was used last.
const RELAY: &str = "relay.txt";
/// Times in a row that a relay may know no session that it has just opened.
const MOST_UNKNOWN: u32 = 4;
/// Longest pause between two tries.
const MAX_PAUSE: Duration = Duration::from_secs(10);

/// A member with its folder and its relay.
#[derive(Debug)]
pub struct Driver {
    member: Member,
    store: Store,
    link: Link,
    random: SystemRandom,
    patience: Duration,
    promised: Option<Promise>,
}

/// A watch under way.
#[derive(Debug)]
pub struct Watching(Streaming<Bytes>);

impl Driver {
    /// Puts the three together.
    pub fn new(mut member: Member, store: Store, link: Link) -> Self {
        member.use_relay(link.uri());
        Self {
            promised: member.promised(),
            member,
            store,
            link,
            random: SystemRandom::new(),
            patience: PATIENCE,
        }
    }

    /// Joins with a guardian's answer, and follows the log from genesis. The folder holds the keys that
    /// the request was made with.
    ///
    /// # Errors
    /// If the answer is for another device, or the relay does not show the log it names.
    pub async fn join(folder: &Path, answer: &[u8], link: Link) -> Result<Self, ClientError> {
        let mut driver = Self::begin(folder, answer, link)?;
        driver.sync().await?;
        Ok(driver)
    }

    /// Takes a guardian's answer, and asks no relay yet. Takes the place of an answer that came to nothing.
    pub(crate) fn begin(folder: &Path, answer: &[u8], link: Link) -> Result<Self, ClientError> {
        let mut store = Store::open(folder)?;
        let mut member = Member::join(store.identity()?, answer)?;
        if let Some(what) = store.request()? {
            member.asked_as(what);
        }
        store.forget_start()?;
        store.save_promise(member.promised())?;
        store.save_start(member.anchor(), member.keyring())?;
        Ok(Self::new(member, store, link))
    }

    /// Changes how long a relay may stay silent before a caller hears of it; how long it was before.
    pub fn set_patience(&mut self, patience: Duration) -> Duration {
        std::mem::replace(&mut self.patience, patience)
    }

    /// The member.
    pub fn member(&self) -> &Member {
        &self.member
    }

    /// The link to the relay at hand.
    pub fn link(&self) -> &Link {
        &self.link
    }

    /// Address of the relay that this member talks to.
    pub fn relay(&self) -> &str {
        self.link.uri()
    }

    /// The clock that this member reads.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        self.link.clock()
    }

    /// Seconds since 1970-01-01T00:00:00Z by the wall clock, for what is shown; see [`Link::now`].
    pub fn now(&self) -> i64 {
        self.link.now()
    }

    /// The member, to give it something to do; [`Driver::settle`] does it.
    pub fn member_mut(&mut self) -> &mut Member {
        &mut self.member
    }

    /// The member's folder.
    pub fn store(&mut self) -> &mut Store {
        &mut self.store
    }

    /// Destroys everything in the member's folder, because the member left or the household ended.
    ///
    /// # Errors
    /// If a file cannot be removed.
    pub fn erase(mut self) -> Result<(), ClientError> {
        self.store.erase()
    }

    /// Removes the member's folder, because nothing came of it.
    pub fn discard(self) {
        self.store.discard();
    }

    /// The source of randomness.
    pub fn random(&mut self) -> &mut SystemRandom {
        &mut self.random
    }

    /// Follows the log to its end.
    ///
    /// # Errors
    /// See [`ClientError`]; `Distrusted` is final for this relay.
    pub async fn sync(&mut self) -> Result<Vec<Event>, ClientError> {
        self.member.sync();
        let events = self.settle().await;
        let mut events = match (events, self.look_elsewhere().await?) {
            (Ok(events), found) => [events, found.unwrap_or_default()].concat(),
            (Err(_), Some(found)) => found,
            (Err(error), None) => return Err(error),
        };
        self.let_go(&mut events)?;
        self.store.farewell(&self.member)?;
        self.store.forget_released(&mut self.member)?;
        self.store.keep_snapshot(&self.member)?;
        match failed(&events) {
            Some(reason) => Err(ClientError::Refused(reason)),
            // R-JOIN-007: it does not serve so far as the Welcome says.
            None if self.member.promised().is_some() => Err(ClientError::Refused(Reason::Gap)),
            None => Ok(events),
        }
    }

    /// Takes the file of a guardian with secrets that this device lacks, and judges the log anew
    /// (R-JOIN-009).
    ///
    /// # Errors
    /// If it is for another device or household, or [`ClientError::Refused`] with `BAD_COMMITMENT` if the
    /// household never had these secrets.
    pub async fn take_supplement(&mut self, answer: &[u8]) -> Result<Vec<Event>, ClientError> {
        self.member.take_supplement(answer)?;
        let mut events = self.settle().await?;
        if let Some(reason) = failed(&events) {
            return Err(ClientError::Refused(reason));
        }
        events.extend(self.sync().await?);
        Ok(events)
    }

    /// The file with which this device asks a guardian to list a new sealing key for it; it is made now, or
    /// was before. Once the guardian did, and the epoch behind it was opened, the old key is destroyed
    /// (R-SEC-007).
    ///
    /// # Errors
    /// If the disk refuses, or this device belongs to no household.
    pub fn key_request(&mut self) -> Result<Vec<u8>, ClientError> {
        if !self.member.changes_key() {
            let next = SealingKey::generate(&mut self.random);
            let next = next
                .map_err(CryptoError::from)
                .map_err(DocumentError::from)?;
            self.store.save_keys(self.member.identity(), Some(&next))?;
            self.member.change_key(next);
        }
        let request = self.member.key_request();
        request.ok_or(ClientError::Refused(Reason::NotPermittedByTable))
    }

    /// Dependants whose erasure is not complete: a wrap of an old epoch still holds their secrets for this
    /// device's sealing key (R-PRIV-014). [`Driver::key_request`] is what completes it.
    pub fn erasing(&self) -> &BTreeSet<PrincipalId> {
        self.member.erasing()
    }

    /// Goes on at another relay. The folder remembers which.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn use_link(&mut self, link: Link) -> Result<(), ClientError> {
        self.member.use_relay(link.uri());
        self.link = link;
        self.store.keep(RELAY, self.link.uri().as_bytes())
    }

    /// Asks another relay: what is to be written waits, and the folder goes on remembering the relay that is
    /// left. That one; [`Driver::back_to`] goes there again, [`Driver::stay`] does not.
    pub(crate) fn ask(&mut self, link: Link) -> Link {
        self.member.ask_relay(link.uri());
        std::mem::replace(&mut self.link, link)
    }

    /// Goes on at the relay that was left to ask another one.
    pub(crate) fn back_to(&mut self, link: Link) {
        self.member.use_relay(link.uri());
        self.link = link;
    }

    /// Goes on at the relay that was asked, with what has waited.
    pub(crate) fn stay(&mut self) -> Result<(), ClientError> {
        self.member.stay();
        self.store.keep(RELAY, self.link.uri().as_bytes())
    }

    /// Brings the relay at hand what it lacks of the log, and follows what it has, wherever the home is.
    ///
    /// # Errors
    /// As [`Driver::sync`].
    pub(crate) async fn fill(&mut self) -> Result<(), ClientError> {
        self.member.sync();
        let events = self.settle().await?;
        failed(&events).map_or(Ok(()), |reason| Err(ClientError::Refused(reason)))
    }

    /// Where the log is now, if that is not the relay at hand: goes there. Else, if no guardian was heard
    /// for a day, or it was not asked for a week, asks the next relay of the constitution once, and stays where
    /// more is known, with what happened there (R-MOVE-022, R-MOVE-023).
    async fn look_elsewhere(&mut self) -> Result<Option<Vec<Event>>, ClientError> {
        let home = self.member.home();
        if let Some(home) = home.filter(|home| home != self.link.uri())
            && self.member.household().is_some_and(|h| h.home().is_some())
        {
            let link = self.link.elsewhere(&home)?;
            self.use_link(link)?;
            return Ok(None);
        }
        let [jitter]: [u8; 1] = self.random.array().unwrap_or([0]);
        let Some(next) = self.member.next_relay(jitter) else {
            return Ok(None);
        };
        let (next_seq, head) = self.member.head();
        let link = self.link.elsewhere(&next)?;
        let back = self.ask(link);
        self.member.sync();
        let patience = self.set_patience(ELSEWHERE);
        let asked = self.settle().await;
        self.set_patience(patience);
        let now = self.member.head();
        let more = now.0 > next_seq || now.1 != head;
        match asked {
            Ok(events) if more => {
                self.stay()?;
                Ok(Some([events, self.settle().await?].concat()))
            }
            asked => {
                self.back_to(back);
                match asked {
                    // A disk that fails here fails at home too.
                    Err(error @ (ClientError::File { .. } | ClientError::Damaged { .. })) => {
                        Err(error)
                    }
                    _ => Ok(None),
                }
            }
        }
    }

    /// Appends a document and waits until it stands; its place.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with the reason why it does not stand.
    pub async fn append(&mut self, draft: Draft) -> Result<u64, ClientError> {
        let id = draft.document_id;
        self.member.append(draft);
        self.appended(id).await
    }

    /// Starts a new epoch and waits until it stands; its place.
    ///
    /// # Errors
    /// As [`Driver::append`].
    pub async fn append_epoch(&mut self) -> Result<u64, ClientError> {
        let id = self
            .member
            .append_epoch(self.link.now(), &mut self.random)?;
        self.appended(id).await
    }

    /// Appends that the relay at hand is the log's home now, and waits until it stands; its place
    /// (R-MOVE-021). The relay at hand is one that was [asked](Driver::ask).
    ///
    /// # Errors
    /// As [`Driver::append`].
    pub async fn append_moved(&mut self) -> Result<u64, ClientError> {
        let now = self.link.now();
        let id = self.member.append_moved(now, &mut self.random)?;
        self.appended(id).await
    }

    /// Works until the member has nothing more to do. Events come in order; entries among them are
    /// on stable storage.
    ///
    /// # Errors
    /// [`ClientError::Unreachable`] after 30 s without an answer, [`ClientError::Distrusted`] if the
    /// relay is not believed any more, or a storage or sealing error.
    pub async fn settle(&mut self) -> Result<Vec<Event>, ClientError> {
        let mut events = Vec::new();
        let mut silent_since: Option<Instant> = None;
        let mut unknown_sessions = 0;
        loop {
            self.member.tell_boot(self.link.clock().boot());
            let mut next = self.member.poll(self.link.now(), &mut self.random)?;
            let idle = next.is_none() && !self.member.is_busy();
            while let Some(call) = next {
                let opens = matches!(call.method, Method::Challenge | Method::OpenSession);
                let reply = self.link.call(call).await;
                // A relay that only asks for patience is as good as silent.
                let answered = !matches!(reply, Err(Refusal::Unknown | Refusal::RetryAfter(_)));
                silent_since = match silent_since {
                    _ if answered => None,
                    None => Some(Instant::now()),
                    since => since,
                };
                // One that opens sessions and knows none of them is no better.
                unknown_sessions = match &reply {
                    Err(Refusal::Reason(Reason::NoSession)) => unknown_sessions + 1,
                    Ok(_) if !opens => 0,
                    _ => unknown_sessions,
                };
                let reply = reply.as_deref().map_err(|refusal| *refusal);
                let now = self.link.now();
                next = self.member.receive(reply, now, &mut self.random);
            }
            let pause = self.drain(&mut events)?;
            if let Some(failure) = self.member.distrusted() {
                return Err(ClientError::Distrusted(failure));
            }
            if idle {
                return Ok(events);
            }
            let silent = silent_since.is_some_and(|since| since.elapsed() > self.patience);
            if silent || unknown_sessions >= MOST_UNKNOWN {
                return Err(ClientError::Unreachable(self.link.uri().to_owned()));
            }
            if let Some(pause) = pause {
                tokio::time::sleep(self.jittered(pause)).await;
            }
        }
    }

    /// Opens a watch from where the member stands. Call [`Driver::sync`] first.
    ///
    /// # Errors
    /// [`ClientError::Refused`], or [`ClientError::Unreachable`] without a session or an answer.
    pub async fn watch(&mut self) -> Result<Watching, ClientError> {
        let unreachable = || ClientError::Unreachable(self.link.uri().to_owned());
        let call = self.member.watch(true).ok_or_else(unreachable)?;
        match self.link.stream(call).await {
            Ok(stream) => Ok(Watching(stream)),
            Err(Refusal::Reason(reason)) => Err(ClientError::Refused(reason)),
            Err(_) => Err(ClientError::Unreachable(self.link.uri().to_owned())),
        }
    }

    /// Waits for the next items of a watch; their events. `None` when the stream ended: sync and
    /// watch again.
    ///
    /// # Errors
    /// As [`Driver::settle`].
    pub async fn watched(
        &mut self,
        watching: &mut Watching,
    ) -> Result<Option<Vec<Event>>, ClientError> {
        let mut events = Vec::new();
        let item = watching.0.message().await;
        self.member.tell_boot(self.link.clock().boot());
        match item {
            Ok(Some(item)) => self.member.watch_item(&item),
            Ok(None) => return Ok(None),
            Err(status) => {
                if let Refusal::RetryAfter(millis) = refusal(&status) {
                    let pause = Duration::from_millis(millis);
                    tokio::time::sleep(self.jittered(pause)).await;
                }
                return Ok(None);
            }
        }
        self.drain(&mut events)?;
        self.let_go(&mut events)?;
        self.store.farewell(&self.member)?;
        self.store.forget_released(&mut self.member)?;
        match self.member.distrusted() {
            Some(failure) => Err(ClientError::Distrusted(failure)),
            None => Ok(Some(events)),
        }
    }

    /// What was lost holds for a week (R-MOVE-008). A person's device counts it by its own clock, also one
    /// that left in between; an enforcement point tells how far T_lo has come (`Agent::tick`).
    fn let_go(&mut self, events: &mut Vec<Event>) -> Result<(), ClientError> {
        let device = self.member.identity().device;
        let mut households = self.member.households();
        let enforces = households.any(|household| household.enforcement_point(device).is_some());
        drop(households);
        if !enforces {
            self.member.tick(self.link.now());
            self.drain(events)?;
        }
        Ok(())
    }

    async fn appended(&mut self, id: DocumentId) -> Result<u64, ClientError> {
        let events = self.settle().await?;
        let outcome = events.iter().find_map(|event| match event {
            Event::Appended(document, seq) if *document == id => Some(Ok(*seq)),
            Event::NotAppended(document, reason) if *document == id => Some(Err(*reason)),
            _ => None,
        });
        match outcome {
            Some(Ok(seq)) => Ok(seq),
            Some(Err(reason)) => Err(ClientError::Refused(reason)),
            None => Err(ClientError::Refused(Reason::Internal)),
        }
    }

    /// Takes the engine's events, storing entries on the way. Returns the pause it asks for.
    pub(crate) fn drain(
        &mut self,
        events: &mut Vec<Event>,
    ) -> Result<Option<Duration>, ClientError> {
        let mut pause = None;
        // Before the entries that brought them: what was believed once is never lost by a crash.
        self.store.save_secrets(self.member.keyring())?;
        while let Some(event) = self.member.next_event() {
            match &event {
                Event::Followed(entry, _) => self.store.append(entry)?,
                Event::Rewound(seq) => self.store.rewind(*seq)?,
                Event::Refolded => self.store.drop_snapshot()?,
                Event::Rekeyed => self.store.save_keys(self.member.identity(), None)?,
                Event::Noted => self.store.save_notes(self.member.notes())?,
                Event::Aside => self.store.save_aside(&self.member.aside_bytes())?,
                Event::Forked(proof) => self.store.keep(crate::forks::PROOF, &proof.encode())?,
                Event::GoBack { .. } => self.member.refold(self.store.entries()?),
                Event::Wanted { from, until } => {
                    let entries = self.store.entries()?.into_iter();
                    let wanted = entries.filter(|entry| (*from..*until).contains(&entry.seq));
                    self.member.supply(wanted);
                }
                Event::Pause(millis) => pause = Some(Duration::from_millis(*millis)),
                _ => {}
            }
            events.push(event);
        }
        // Refolding may have taken more in.
        self.store.save_secrets(self.member.keyring())?;
        let promised = self.member.promised();
        if promised != self.promised {
            self.store.save_promise(promised)?;
            self.promised = promised;
        }
        Ok(pause)
    }

    /// Half to one and a half times a pause, so that a house full of devices does not come back at
    /// one moment.
    fn jittered(&mut self, pause: Duration) -> Duration {
        let share: [u8; 1] = self.random.array().unwrap_or([128]);
        let [share] = share;
        (pause / 2 + pause * u32::from(share) / 255).min(MAX_PAUSE)
    }
}

fn failed(events: &[Event]) -> Option<Reason> {
    events.iter().find_map(|event| match event {
        Event::Failed(reason) => Some(*reason),
        _ => None,
    })
}
