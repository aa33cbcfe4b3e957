//! A request: made well in every part for who calls, and then spoiled as the step says.

use super::play::{Actor, Play, harness};
use super::script::Call;
use super::types::{self, Type, dynamic};
use super::value::{Expression, put};
use super::wish;
use crate::peer::{SMALL, Tip, access_key, create_request};
use crate::trial::Stop;
use crate::wire::{self, Signer};
use parcep_proto::v1alpha1 as pb;
use prost_reflect::{DynamicMessage, Kind, MethodDescriptor, Value};
use std::sync::Arc;

impl Play<'_> {
    /// The request, well made but for what the step says.
    pub(super) async fn request(
        &mut self,
        call: &'static Call,
        method: &MethodDescriptor,
        actor: &Actor,
    ) -> Result<DynamicMessage, Stop> {
        let input = method.input();
        let signed = matches!(call.rpc.as_str(), "OpenSession" | "CreateLog");
        let made = match signed {
            true => {
                let challenge = self.challenge(call, actor).await?;
                let signature = self.signature(call, actor, &challenge)?;
                if call.rpc == "OpenSession" {
                    let request = pb::OpenSessionRequest {
                        signature,
                        ..actor.member.answer(&challenge)
                    };
                    dynamic(input, &request)
                } else {
                    let genesis = Tip::EMPTY.entry(&mut self.trial.rng, SMALL);
                    let voucher = self.trial.target.voucher.clone();
                    let group = actor.group.clone();
                    let request =
                        create_request(&actor.member, &challenge, genesis, group, voucher);
                    dynamic(
                        input,
                        &pb::CreateLogRequest {
                            signature,
                            ..request
                        },
                    )
                }
            }
            false => self.plain_request(call, method, actor)?,
        };
        let mut made = made.map_err(harness)?;
        for (path, json) in &call.with {
            put(&mut self.store, &mut made, path, json).map_err(harness)?;
        }
        Ok(made)
    }

    fn plain_request(
        &mut self,
        call: &'static Call,
        method: &MethodDescriptor,
        actor: &Actor,
    ) -> Result<Result<DynamicMessage, String>, Stop> {
        let input = method.input();
        let session = actor.member.session.clone();
        let house = self.house(actor)?.clone();
        let name = self.register.clone();
        Ok(match call.rpc.as_str() {
            "Challenge" => dynamic(
                input,
                &pb::ChallengeRequest {
                    handle: actor.member.handle.clone(),
                    access_key: actor.member.key.public(),
                },
            ),
            "Append" => {
                let entry = Some(house.tip.entry(&mut self.trial.rng, SMALL));
                dynamic(
                    input,
                    &pb::AppendRequest {
                        session,
                        entry,
                        replay: false,
                    },
                )
            }
            "Watch" => dynamic(
                input,
                &pb::WatchRequest {
                    session,
                    from_seq: house.tip.next_seq,
                    from_hash: house.tip.head.to_vec(),
                    registers: false,
                },
            ),
            "ReadRegister" => dynamic(input, &pb::ReadRegisterRequest { session, name }),
            "WriteRegister" => {
                let register = pb::Register {
                    name,
                    version: 1,
                    value: self.trial.rng.bytes(128),
                    expires_at: None,
                };
                let register = Some(register);
                dynamic(input, &pb::WriteRegisterRequest { session, register })
            }
            "GrantAccess" => {
                let key = self.new_key(actor)?;
                let access = access_key(&key, &[pb::Right::Read], actor.group.clone());
                let access = Some(access);
                dynamic(input, &pb::GrantAccessRequest { session, access })
            }
            "RevokeAccess" => {
                let access_key = self.new_key(actor)?.public();
                dynamic(
                    input,
                    &pb::RevokeAccessRequest {
                        session,
                        access_key,
                    },
                )
            }
            "Announce" => {
                let what = Some(pb::announce_request::What::DeleteLog(true));
                dynamic(input, &pb::AnnounceRequest { session, what })
            }
            "CancelAct" => dynamic(input, &pb::CancelActRequest { session, id: 1 }),
            "Prune" => dynamic(
                input,
                &pb::PruneRequest {
                    session,
                    seqs: vec![0],
                },
            ),
            // Read, ListAccess, ListActs: nothing but the session.
            _ => {
                let mut request = DynamicMessage::new(input);
                let session = Value::Bytes(session.into());
                types::set(&mut request, "session", Some(session)).map(|()| request)
            }
        })
    }

    fn new_key(&mut self, actor: &Actor) -> Result<Arc<Signer>, Stop> {
        Ok(self.trial.stranger(&actor.member.relay)?.key)
    }

    async fn challenge(
        &mut self,
        call: &'static Call,
        actor: &Actor,
    ) -> Result<pb::ChallengeResponse, Stop> {
        let Some(name) = &call.challenge else {
            let challenged = actor.member.challenge().await;
            return self.trial.done("ask for a challenge", challenged);
        };
        let (kept, _) = self.store.typed(name).map_err(harness)?;
        let kept = kept.and_then(|kept| kept.as_message()?.transcode_to().ok());
        kept.ok_or_else(|| harness(format!("`{name}` is no challenge")))
    }

    /// What the access key signs, or what the step says that it signs.
    fn signature(
        &mut self,
        call: &'static Call,
        actor: &Actor,
        challenge: &pb::ChallengeResponse,
    ) -> Result<Vec<u8>, Stop> {
        let mut part = |name: &str, right: Value| -> Result<Value, Stop> {
            let Some(json) = call.signs.get(name) else {
                return Ok(right);
            };
            let place = wish::type_of(&right).unwrap_or(Type::One(Kind::Bytes));
            let value = Expression::parse(json)
                .and_then(|expression| expression.value(&mut self.store, &place, Some(&right)));
            let value = value.map_err(harness)?;
            value.ok_or_else(|| harness(format!("no {name} to sign")))
        };
        let bytes = |bytes: &[u8]| Value::Bytes(bytes.to_vec().into());
        let relay_id = part("relay_id", bytes(&challenge.relay_id))?;
        let handle = part("handle", bytes(&actor.member.handle))?;
        let nonce = part("nonce", bytes(&challenge.nonce))?;
        let expires_at = part("expires_at", Value::I64(challenge.expires_at))?;
        let label = part("label", Value::String("session".into()))?;
        let seconds = expires_at.as_i64().unwrap_or_default().to_be_bytes();
        let of = |value: &Value| value.as_bytes().map(|b| b.to_vec()).unwrap_or_default();
        let signed = wire::transcript(
            label.as_str().unwrap_or_default(),
            &[&of(&relay_id), &of(&handle), &of(&nonce), &seconds],
        );
        let signer = match &call.signed_by {
            Some(name) => self.actor(name)?,
            None => actor,
        };
        Ok(signer.member.key.sign(&signed))
    }
}
