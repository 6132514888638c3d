//! Members, payers and customers as a request names them.

use ducat_domain::ledger::command::CommandId;
use ducat_domain::names::{Name, Party};
use ducat_engine::names::{Kind, new_party, recorded};

use crate::Api;
use crate::problem::Problem;

impl Api {
    /// Someone as the ledger knows them, or, if it does not, under the name to record. An id that is known already had
    /// the name as it was sent.
    pub(crate) async fn party(
        &self,
        ledger: &Name,
        (kind, place): (Kind, &'static str),
        asked: &Party,
        id: CommandId,
    ) -> Result<Party, Problem> {
        if asked.as_str().is_ascii() {
            return Ok(asked.clone());
        }
        let (ledger, asked) = (ledger.clone(), asked.clone());
        self.read(move |snapshot| {
            if let Some(known) = recorded(snapshot, &ledger, kind, &asked)? {
                return Ok(known);
            }
            match (new_party(&asked), id) {
                (Ok(party), _) => Ok(party),
                (Err(_), CommandId::Client(id)) if snapshot.outcome(&ledger, id)?.is_some() => Ok(asked),
                (Err(reason), _) => Err(Problem::malformed(place, reason)),
            }
        })
        .await
    }
}
