//! Signed statements of where the log stood and when, kept while an act waits: with a pair of them from
//! each of two kinds of source a delay is proven (R-CONS-008). They hold no secret.

use super::Guardian;
use crate::ClientError;
use parcep_core::consent::{OpenProposal, Statement};
use parcep_core::document::PayloadType;
use parcep_core::id::DeviceId;
use parcep_proto::v1alpha1 as pb;
use prost::Message;

/// Name of the file.
const FILE: &str = "witness.bin";
/// Most statements kept: two of each of 64 devices and 8 relays.
const MOST: usize = 144;

/// Statements that were kept, oldest first.
#[derive(Clone, PartialEq, Message)]
pub struct Witnesses {
    #[prost(message, repeated, tag = "1")]
    statements: Vec<pb::Statement>,
}

impl Witnesses {
    /// The statements, for the core to judge.
    #[must_use]
    pub fn statements(&self) -> Vec<Statement> {
        let read = self.statements.iter();
        read.filter_map(|statement| Statement::try_from(statement).ok())
            .collect()
    }

    /// Keeps a statement. Of each source the first two places and the newest stay, so that a pair far
    /// enough apart is found whichever act it is for.
    fn keep(&mut self, statement: pb::Statement) {
        if self.statements.contains(&statement) {
            return;
        }
        if self.statements.len() >= MOST {
            self.statements.remove(MOST / 2);
        }
        self.statements.push(statement);
    }
}

impl Guardian {
    /// What was kept.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn witnesses(&mut self) -> Result<Witnesses, ClientError> {
        let what = "it holds no statements; remove it, then what waits is witnessed from now on";
        let store = self.0.store();
        store.kept_as(FILE, what, |bytes| Witnesses::decode(bytes).ok())
    }

    /// Asks the relay for a bookmark and for everybody's beats, and keeps them, if an act waits. Nothing
    /// is kept while none does.
    ///
    /// # Errors
    /// If the relay does not answer.
    pub async fn witness(&mut self) -> Result<Witnesses, ClientError> {
        if self.household()?.proposals().next().is_none() {
            self.0.store().keep(FILE, &[])?;
            return Ok(Witnesses::default());
        }
        let mut kept = self.witnesses()?;
        for statement in self.statements_now().await? {
            kept.keep(statement);
        }
        self.0.store().keep(FILE, &kept.encode_to_vec())?;
        Ok(kept)
    }

    /// When an act can take effect at the earliest, as far as the statements here tell.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn earliest(&mut self, open: &OpenProposal) -> Result<Option<i64>, ClientError> {
        let statements = self.witnesses()?.statements();
        Ok(self.household()?.earliest_effect(open, &statements))
    }

    async fn statements_now(&mut self) -> Result<Vec<pb::Statement>, ClientError> {
        use pb::statement::Source;
        let household = self.household()?;
        let people = household.people().map(|(_, device)| device.id);
        let points = household.enforcement_points().map(|point| point.id);
        let writers: Vec<DeviceId> = people.chain(points).collect();
        for writer in writers {
            let member = self.0.member_mut();
            member.read_register(writer, PayloadType::Beat, None)?;
        }
        self.0.settle().await?;
        let bookmark = self.0.bookmark().await?.map(Source::Bookmark);
        let member = self.0.member();
        let beats = member.signed_beats().cloned().map(Source::Beat);
        let statement = |source| pb::Statement {
            source: Some(source),
        };
        Ok(bookmark.into_iter().chain(beats).map(statement).collect())
    }
}
