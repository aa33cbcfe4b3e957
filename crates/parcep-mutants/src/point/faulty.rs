//! The honest product, with one mistake around it.

use super::between::stand_between;
use super::memory::Memory;
use super::{Calls, Folder, Follow, Hooks, Kitted, folder, product_name};
use parcep_core::crypto::sha256;
use parcep_core::decide::Reason;
use parcep_driver::{
    About, Act, Acted, Ask, Followed, Hands, Id, Product, Reset, Stands, Synced, Told, Trouble,
};
use parcep_proto::v1alpha1 as pb;
use parcep_proto::v1alpha1::grpc::relay_service_client::RelayServiceClient;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long registers are waited for.
const PATIENCE: Duration = Duration::from_secs(4);
/// How long a nonce of a relay lives, seconds.
const NONCE_LIFE: i64 = 60;

/// A product with one mistake.
#[derive(Debug)]
pub(crate) struct Faulty {
    folder: PathBuf,
    hooks: Hooks,
    /// The honest one; away only while its folder is changed.
    inner: Option<Kitted>,
    memory: Memory,
    /// The join request of the last reset.
    request: Option<Vec<u8>>,
}

impl Faulty {
    pub(crate) fn open(folder: &Path, hooks: Hooks) -> Result<Self, Trouble> {
        match hooks.folder {
            Folder::EmptyAtStart => folder::empty(folder).map_err(Trouble::cannot)?,
            Folder::AsJoinedAtStart => folder::put_back(folder).map_err(Trouble::cannot)?,
            Folder::TimelessAtStart => folder::forget_time(folder).map_err(Trouble::cannot)?,
            Folder::Kept
            | Folder::AsJoinedAtRollback
            | Folder::History
            | Folder::HelpHistory
            | Folder::NeverReset => {}
        }
        Ok(Self {
            folder: folder.to_owned(),
            hooks,
            inner: Some(Kitted::open(folder, hooks.kit)?),
            memory: Memory::default(),
            request: None,
        })
    }

    fn inner(&mut self) -> Result<&mut Kitted, Trouble> {
        let away = || Trouble::cannot("the product is away");
        self.inner.as_mut().ok_or_else(away)
    }

    /// Where it stands, without following anything.
    fn stay(&mut self) -> Result<Synced, Trouble> {
        let at = self.inner()?.state(None)?.map(|stands| stands.at);
        let followed = Followed::Current;
        Ok(Synced { followed, at })
    }

    /// Follows the log and hears registers, and writes nothing.
    fn follow_quietly(&mut self) -> Result<Synced, Trouble> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(Trouble::cannot)?;
        let Some(agent) = self.inner()?.agent() else {
            return self.inner()?.sync();
        };
        let went = runtime.block_on(async {
            agent.sync().await?;
            match tokio::time::timeout(PATIENCE, agent.hear()).await {
                Ok(heard) => heard.map(drop),
                Err(_) => Ok(()),
            }
        });
        match went {
            Ok(()) => self.stay(),
            Err(_) => self.inner()?.sync(),
        }
    }

    fn epoch(&mut self) -> Result<Option<u32>, Trouble> {
        let agent = self.inner()?.agent();
        let epoch = |agent: &mut parcep_client::agent::Agent| {
            let household = agent.driver().member().household()?;
            Some(household.epoch())
        };
        Ok(agent.and_then(epoch))
    }

    fn follow(&mut self) -> Result<Synced, Trouble> {
        match self.hooks.follow {
            Follow::Rightly | Follow::NothingTwice | Follow::FirstAnswer => self.inner()?.sync(),
            Follow::OnlyAtJoin => self.stay(),
            Follow::WithoutReport => self.follow_quietly(),
            Follow::WithinEpoch => self.follow_within_epoch(),
            Follow::AskingForTime => {
                let synced = self.inner()?.sync()?;
                self.memory.relay_says = self.ask_for_time();
                Ok(synced)
            }
        }
    }

    /// The relay's time, seconds, as the life of a nonce tells it.
    fn ask_for_time(&self) -> Option<i64> {
        Some(self.challenge(vec![0; 16], None)?.expires_at - NONCE_LIFE)
    }

    /// Tells the relay what is none of its business.
    fn tell_too_much(&self) {
        let rule = self.memory.rule.clone().unwrap_or_default();
        let child = self.memory.first_child.map(|Id(child)| child.to_vec());
        // Whether the relay answers does not matter: it has heard it.
        let _ = match self.hooks.calls {
            Calls::Nothing => return,
            Calls::ForHelp | Calls::ForBlocks => self.challenge(vec![0; 32], None),
            Calls::WithName => self.challenge(vec![0; 32], Some(format!("rules: {rule}"))),
            Calls::WithAction => {
                let wanted = &self.memory.action;
                self.challenge(vec![0; 32], Some(format!("wanted: {wanted}")))
            }
            Calls::WithId => self.challenge(child.unwrap_or_default().repeat(2), None),
            Calls::WithHash => self.challenge(sha256(rule.as_bytes()).0.to_vec(), None),
        };
    }

    fn challenge(&self, handle: Vec<u8>, note: Option<String>) -> Option<pb::ChallengeResponse> {
        let relay = self.memory.relay.clone()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let challenge = runtime.ok()?.block_on(async {
            let mut relay = RelayServiceClient::connect(relay).await.ok()?;
            let mut request = tonic::Request::new(pb::ChallengeRequest {
                handle,
                access_key: vec![0; 32],
            });
            if let Some(note) = note {
                let note = tonic::metadata::MetadataValue::from_bytes(note.as_bytes());
                request.metadata_mut().insert_bin("x-device-note-bin", note);
            }
            relay.challenge(request).await.ok()
        });
        Some(challenge?.into_inner())
    }

    /// Stays where it was before a new epoch.
    fn follow_within_epoch(&mut self) -> Result<Synced, Trouble> {
        let before = self.epoch()?;
        folder::copy(&self.folder).map_err(Trouble::cannot)?;
        let synced = self.inner()?.sync()?;
        if self.epoch()? == before {
            return Ok(synced);
        }
        self.put_back()?;
        self.stay()
    }

    /// Goes on with the copy of its folder.
    fn put_back(&mut self) -> Result<(), Trouble> {
        self.inner = None;
        folder::put_back(&self.folder).map_err(Trouble::cannot)?;
        self.inner = Some(Kitted::open(&self.folder, self.hooks.kit)?);
        match self.memory.hands.clone() {
            Some(hands) => self.inner()?.clock(&hands),
            None => Ok(()),
        }
    }

    /// Takes the log for another one, and begins anew with what it had when it joined.
    fn begin_anew(&mut self) -> Result<Synced, Trouble> {
        self.put_back()?;
        self.inner()?.sync()
    }
}

impl Product for Faulty {
    fn hello(&mut self) -> Result<About, Trouble> {
        let mut about = self.inner()?.hello()?;
        about.product = product_name();
        (self.hooks.about)(&mut about);
        Ok(about)
    }

    fn reset(&mut self, reset: &Reset) -> Result<Vec<u8>, Trouble> {
        if self.hooks.folder == Folder::NeverReset
            && let Some(request) = self.request.clone()
        {
            self.clock(&reset.hands)?;
            return Ok(request);
        }
        self.memory = Memory::default();
        self.memory.read(&reset.hands);
        let request = self.inner()?.reset(reset)?;
        self.request = Some(request.clone());
        Ok(request)
    }

    fn clock(&mut self, hands: &Hands) -> Result<(), Trouble> {
        self.memory.read(hands);
        self.inner()?.clock(hands)
    }

    fn sync(&mut self) -> Result<Synced, Trouble> {
        let mut synced = self.follow()?;
        let went_back = Followed::Refused("ROLLBACK".to_owned());
        if self.hooks.folder == Folder::AsJoinedAtRollback && synced.followed == went_back {
            synced = self.begin_anew()?;
        }
        if !matches!(self.hooks.calls, Calls::ForHelp | Calls::ForBlocks) {
            self.tell_too_much();
        }
        self.memory.followed = Some(synced.followed.clone());
        if synced.followed == Followed::Current {
            self.memory.followed_at = self.memory.wall();
        }
        self.memory.forked |= self.memory.has_refused("FORK");
        Ok((self.hooks.synced)(&mut self.memory, synced))
    }

    fn ask(&mut self, ask: &Ask) -> Result<Option<Told>, Trouble> {
        let mut ask = ask.clone();
        self.memory.action.clone_from(&ask.action);
        self.memory.is_odd = !ask.can_ask || !ask.usage.0.is_empty();
        if let Some(child) = ask.dependant {
            self.memory.first_child.get_or_insert(child);
            let stands = self.inner()?.state(Some(child))?;
            let freshness = stands.and_then(|stands| stands.of).map(|of| of.freshness);
            self.memory.freshness = freshness.unwrap_or_default();
        }
        (self.hooks.ask)(&self.memory, &mut ask);
        let told = self.inner()?.ask(&ask)?;
        let is_help = told
            .as_ref()
            .is_some_and(|told| told.reason == Reason::RightsFloor);
        let is_blocked = told
            .as_ref()
            .is_some_and(|told| told.reason == Reason::Blocked);
        if match self.hooks.calls {
            Calls::ForHelp => is_help,
            Calls::ForBlocks => is_blocked,
            _ => false,
        } {
            self.tell_too_much();
        }
        if match self.hooks.folder {
            Folder::History => true,
            Folder::HelpHistory => is_help,
            _ => false,
        } {
            folder::write_down(&self.folder, &ask.action).map_err(Trouble::cannot)?;
        }
        self.memory.was_told(told.as_ref());
        Ok((self.hooks.decide)(&mut self.memory, told))
    }

    fn state(&mut self, of: Option<Id>) -> Result<Option<Stands>, Trouble> {
        let mut stands = self.inner()?.state(of)?;
        if let Some(stands) = &mut stands {
            (self.hooks.state)(&self.memory, stands);
        }
        Ok(stands)
    }

    fn act(&mut self, act: &Act) -> Result<Acted, Trouble> {
        self.memory.freed |= matches!(act, Act::OfAge { .. });
        if !(self.hooks.acts)(act) {
            return Ok(Acted::Taken);
        }
        let acted = match (self.hooks.follow, act) {
            (Follow::NothingTwice, Act::Join { answer, relay }) => {
                let relay = stand_between(relay.clone()).map_err(Trouble::cannot)?;
                let answer = answer.clone();
                self.inner()?.act(&Act::Join { answer, relay })?
            }
            (Follow::FirstAnswer, Act::Join { .. }) if self.memory.answered => Acted::Taken,
            _ => self.inner()?.act(act)?,
        };
        let Act::Join { relay, .. } = act else {
            return Ok(acted);
        };
        self.memory.relay = Some(relay.clone());
        self.memory.answered |= acted == Acted::Taken;
        let begins_anew = matches!(
            self.hooks.folder,
            Folder::AsJoinedAtStart | Folder::AsJoinedAtRollback
        );
        if begins_anew && acted == Acted::Taken {
            folder::copy(&self.folder).map_err(Trouble::cannot)?;
        }
        Ok((self.hooks.joined)(&mut self.memory, acted))
    }
}
