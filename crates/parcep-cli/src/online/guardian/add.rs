//! `parcep guardian add`: first an invitation goes out, then the acceptance comes in.

use super::three_files::write;
use super::{Acceptance, At, Invitation};
use crate::failure::Failure;
use crate::online::plan::{Agreed, Plan, Word};
use crate::online::who::{Who, short};
use crate::online::{act, answer, block_on, failed, write_bytes};
use clap::Args;
use parcep_client::guardian::{Begun, Guardian, Names};
use parcep_core::consent::Act;
use parcep_core::constitution::Change;
use parcep_core::household::Household;
use parcep_core::id::PrincipalId;
use serde_json::json;
use std::path::PathBuf;

/// Arguments of `guardian add`.
#[derive(Debug, Args)]
#[command(after_help = "Three files are moved:\n  \
    1. here: `guardian add --out invitation`\n  \
    2. newcomer: `guardian accept --invitation invitation --out acceptance`\n  \
    3. here: `guardian add --acceptance acceptance --out answer`\n  \
    then newcomer: `device join --answer answer`.\n\
    Where the household has several guardians, step 3 proposes; others run `guardian approve`, and step 3 \
    is run once more for the answer.")]
pub struct Add {
    #[command(flatten)]
    /// Where
    pub at: At,
    /// The newcomer's acceptance; without it an invitation is made
    #[arg(long, value_name = "FILE")]
    pub acceptance: Option<PathBuf>,
    /// For an invitation: a child over whom the newcomer gets authority; may be repeated; without it all
    #[arg(long, value_name = "ID", conflicts_with = "acceptance")]
    pub child: Vec<String>,
    /// For an invitation: how many guardians a change of the constitution needs from then on; without it
    /// 2, or what it is if that is more
    #[arg(long, value_name = "NUMBER", conflicts_with = "acceptance")]
    pub threshold: Option<u32>,
    /// Where the invitation or the answer goes
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    #[command(flatten)]
    /// Your word on it
    pub agreed: Agreed,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl Add {
    pub(super) fn run(&self) -> Result<(), Failure> {
        block_on(async {
            let (mut guardian, who) = self.at.open().await?;
            match &self.acceptance {
                None => self.invite(&mut guardian, &who),
                Some(path) => {
                    let acceptance = Acceptance::read(path)?;
                    self.admit(&mut guardian, &who, &acceptance).await
                }
            }
        })
    }

    fn invite(&self, guardian: &mut Guardian, who: &Who) -> Result<(), Failure> {
        let scope = self.scope(guardian, who)?;
        let (invitation, act) = invite(guardian, who, scope, self.threshold)?;
        let needs = guardian.needs(&act).map_err(failed)?;
        let me = guardian.principal().map_err(failed)?;
        let household = guardian.household().map_err(failed)?;
        let named = called(&act, household, who, "the person you invite");
        let plan = act::plan(&act, &needs, me, household, &named)
            .and("now: only an invitation is written; nothing changes until it comes back accepted")
            .stop("before that: do not hand the invitation over");
        if plan.agree(self.agreed, self.json)? == Word::OnlyTold {
            return Ok(());
        }
        write(&self.out, &invitation)?;
        let out = self.out.display();
        let words = format!(
            "Wrote the invitation {out}.\nNext: the newcomer runs `parcep guardian accept --dir DIR \
             --invitation {out} --name NAME --out ACCEPTANCE`; then here `parcep guardian add \
             --acceptance ACCEPTANCE --out ANSWER`.\nIt holds good until the constitution changes.\n"
        );
        answer(self.json, &json!({ "invitation": self.out }), &words)
    }

    async fn admit(
        &self,
        guardian: &mut Guardian,
        who: &Who,
        acceptance: &Acceptance,
    ) -> Result<(), Failure> {
        let (act, _, request) = acceptance.opened()?;
        let stands = guardian.household().map_err(failed)?;
        if stands.key_of(request.device).is_none() {
            let needs = guardian.needs(&act).map_err(failed)?;
            let me = guardian.principal().map_err(failed)?;
            let named = called(&act, stands, who, &acceptance.name);
            let plan: Plan = act::plan(&act, &needs, me, stands, &named);
            let plan = plan.whom(format!(
                "{} will be able to read and change what a guardian can; the name is the newcomer's own choice",
                acceptance.name
            ));
            if plan.agree(self.agreed, self.json)? == Word::OnlyTold {
                return Ok(());
            }
        }
        match admit_accepted(guardian, acceptance).await? {
            Admitted::In(file) => {
                write_bytes(&self.out, &file)?;
                let out = self.out.display();
                let words = format!(
                    "{} is a guardian now.\nNext: bring {out} to them; they run `parcep device join \
                     --dir DIR --answer {out}`.\n",
                    acceptance.name
                );
                answer(
                    self.json,
                    &json!({ "admitted": true, "answer": self.out }),
                    &words,
                )
            }
            Admitted::Waits(proposal) => {
                let words = format!(
                    "Proposed as {proposal}; it waits for others.\nNext: each of them runs `parcep \
                     guardian approve --household DIR --proposal {proposal}`; then here the same command \
                     once more, for the answer.\n"
                );
                let value = json!({ "admitted": false, "proposal": proposal });
                answer(self.json, &value, &words)
            }
        }
    }

    fn scope(&self, guardian: &Guardian, who: &Who) -> Result<Vec<PrincipalId>, Failure> {
        let household = guardian.household().map_err(failed)?;
        let found = self.child.iter().map(|wanted| {
            who.child(household, wanted)
                .ok_or_else(|| Failure::usage("UNKNOWN_CHILD", format!("no child `{wanted}` here")))
        });
        found.collect()
    }
}

/// Everybody, with a name for whom this act admits.
fn called(act: &Act, household: &Household, who: &Who, name: &str) -> Who {
    let Act::Constitution(law) = act else {
        return who.clone();
    };
    let changes = household.constitution().changes(law);
    let admitted = changes.iter().find_map(|change| match change {
        Change::Admits(id) => Some(*id),
        _ => None,
    });
    admitted.map_or_else(|| who.clone(), |id| who.clone().with_name(id, name))
}

/// What became of a newcomer.
pub(crate) enum Admitted {
    /// The answer file.
    In(Vec<u8>),
    /// The proposal that waits for others.
    Waits(String),
}

/// Makes an invitation; the change that it invites to.
pub(crate) fn invite(
    guardian: &mut Guardian,
    who: &Who,
    scope: Vec<PrincipalId>,
    threshold: Option<u32>,
) -> Result<(Invitation, Act), Failure> {
    let newcomer = guardian.new_principal().map_err(failed)?;
    let law = guardian.household().map_err(failed)?.constitution().clone();
    let threshold = threshold.unwrap_or_else(|| law.threshold().max(2));
    let act = guardian.law_with(newcomer, scope, threshold);
    let act = Act::Constitution(act.map_err(failed)?);
    let proposal = guardian.proposal(act.clone()).map_err(failed)?;
    let guardians = law.guardians().iter().map(|g| who.name(g.id)).collect();
    let children = law.dependants().iter().map(|d| who.name(d.id)).collect();
    let invitation = Invitation::new(guardian, &proposal, newcomer, (guardians, children))?;
    Ok((invitation, act))
}

/// Proposes what was accepted, if that was not done, and lets the newcomer in once it has effect.
pub(crate) async fn admit_accepted(
    guardian: &mut Guardian,
    acceptance: &Acceptance,
) -> Result<Admitted, Failure> {
    let (act, accept, request) = acceptance.opened()?;
    let newcomer = accept.principal;
    let proposal = guardian.proposal(act.clone()).map_err(failed);
    let household = guardian.household().map_err(failed)?;
    let hash = accept.proposal;
    if household.key_of(request.device).is_none() {
        if household.proposal(hash).is_some() {
            return Ok(Admitted::Waits(short(&hash.to_hex())));
        }
        if proposal?.hash(household.log_id()) != hash {
            let message = "the household has changed since the invitation was made; make a new one";
            return Err(Failure::new(
                crate::failure::Kind::Failed,
                "BASE_NOT_LIVE",
                message,
            ));
        }
        let begun = guardian.begin(act, vec![accept]).await.map_err(failed)?;
        if let Begun::Open(hash) = begun {
            return Ok(Admitted::Waits(short(&hash.to_hex())));
        }
    }
    guardian.renew_if_needed().await.map_err(failed)?;
    let file = guardian.let_guardian_in(&request).await.map_err(failed)?;
    name(guardian, newcomer, &acceptance.name).await?;
    Ok(Admitted::In(file))
}

/// Adds the newcomer's name to what devices may show.
async fn name(guardian: &mut Guardian, newcomer: PrincipalId, name: &str) -> Result<(), Failure> {
    for dependant in guardian.dependants().map_err(failed)? {
        let view = guardian.view(dependant).map_err(failed)?;
        let law = guardian.household().map_err(failed)?.constitution();
        let known = law.guardians().iter().filter_map(|other| {
            let name = view.names.get(&other.id.to_string())?;
            Some((other.id, name.clone()))
        });
        let known = known.filter(|(id, _)| *id != newcomer);
        let guardians = known.chain([(newcomer, name.to_owned())]).collect();
        let names = Names {
            dependant: view.dependant_name.unwrap_or_default(),
            guardians,
        };
        guardian.set_names(dependant, names).await.map_err(failed)?;
    }
    Ok(())
}
