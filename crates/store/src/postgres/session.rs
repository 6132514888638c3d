//! One session: statements prepared once, and several of them sent in one round trip.

use std::collections::HashMap;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::join_all;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, Row, Statement};

use super::connect::{Target, sentence};
use crate::{CommitError, Fault};

/// How long a round trip may take before the session counts as lost: a full batch takes a tenth of a second, and a lock
/// is waited for for five.
pub(crate) const ROUND_TRIP_MAX: Duration = Duration::from_secs(10);

/// How much longer for each row that is written: several times what a row takes on two busy cores.
pub(crate) const ROW_MAX: Duration = Duration::from_micros(50);

/// A value of a statement.
pub(crate) type Value = Box<dyn ToSql + Sync + Send>;

/// A statement with its values.
pub(crate) struct Call {
    pub sql: &'static str,
    pub values: Vec<Value>,
}

impl Call {
    pub fn new(sql: &'static str, values: Vec<Value>) -> Call {
        Call { sql, values }
    }
}

/// Why a round trip brought nothing.
#[derive(Debug)]
pub(crate) enum SessionError {
    /// The database said no.
    Database(Error),
    /// The session is gone: whether anything was done is not known.
    Lost(String),
}

impl SessionError {
    pub fn fault(&self) -> Fault {
        match self {
            // Class XX: pages or indexes that cannot be read (XX001, XX002).
            SessionError::Database(error)
                if error.code().is_some_and(|code| matches!(code.code(), "XX001" | "XX002")) =>
            {
                Fault::Damaged(sentence(error))
            }
            SessionError::Database(error) => Fault::Database(sentence(error)),
            SessionError::Lost(reason) => Fault::Database(reason.clone()),
        }
    }
}

impl From<Error> for SessionError {
    fn from(error: Error) -> SessionError {
        match error.as_db_error() {
            // A session that is ended by the server says so in its last breath: class 57, operator intervention.
            Some(database) if !database.code().code().starts_with("57P") => SessionError::Database(error),
            _ => SessionError::Lost(sentence(&error)),
        }
    }
}

pub(crate) struct Session {
    client: Client,
    prepared: HashMap<&'static str, Statement>,
}

impl Session {
    pub async fn open(target: &Target) -> Result<Session, Fault> {
        let opened = tokio::time::timeout(ROUND_TRIP_MAX, target.connect()).await;
        let client = opened.unwrap_or_else(|_| Err(Fault::Database("the database does not answer".to_owned())))?;
        Ok(Session { client, prepared: HashMap::new() })
    }

    pub fn is_lost(&self) -> bool {
        self.client.is_closed()
    }

    /// Sends a statement without values: BEGIN, COMMIT, ROLLBACK.
    pub async fn plain(&self, sql: &str) -> Result<(), SessionError> {
        in_time(ROUND_TRIP_MAX, async { Ok(self.client.batch_execute(sql).await?) }).await
    }

    /// Prepares what is not prepared yet, all in one round trip.
    pub async fn prepare(&mut self, statements: impl Iterator<Item = &'static str>) -> Result<(), SessionError> {
        let mut missing: Vec<&'static str> = statements.filter(|sql| !self.prepared.contains_key(sql)).collect();
        missing.sort_unstable();
        missing.dedup();
        if missing.is_empty() {
            return Ok(());
        }
        let client = &self.client;
        let prepared =
            in_time(ROUND_TRIP_MAX, async { Ok(join_all(missing.iter().map(|sql| client.prepare(sql))).await) })
                .await?;
        for (sql, statement) in missing.into_iter().zip(prepared) {
            self.prepared.insert(sql, statement?);
        }
        Ok(())
    }

    /// Runs statements in order, all sent at once; each has its rows or its error. With `begin`, inside a new
    /// transaction.
    pub async fn all(
        &mut self,
        calls: &[Call],
        begin: Begin,
        time: Duration,
    ) -> Result<Vec<Result<Vec<Row>, Error>>, SessionError> {
        self.prepare(calls.iter().map(|call| call.sql)).await?;
        let begun = async {
            match begin {
                Begin::Transaction => self.client.batch_execute("BEGIN").await,
                Begin::Nothing => Ok(()),
            }
        };
        let runs = calls.iter().map(|call| self.run(call));
        let both = async { Ok(futures_util::future::join(begun, join_all(runs)).await) };
        let (begun, rows) = in_time(time, both).await?;
        begun?;
        Ok(rows)
    }

    async fn run(&self, call: &Call) -> Result<Vec<Row>, Error> {
        let values: Vec<&(dyn ToSql + Sync)> =
            call.values.iter().map(|value| &**value as &(dyn ToSql + Sync)).collect();
        match self.prepared.get(call.sql) {
            Some(statement) => self.client.query(statement, &values).await,
            None => self.client.query(call.sql, &values).await,
        }
    }

    /// Copies rows of these types by a `COPY … FROM STDIN BINARY`.
    pub async fn copy<'a>(
        &mut self,
        sql: &'static str,
        types: &[Type],
        rows: impl Iterator<Item: AsRef<[&'a (dyn ToSql + Sync)]>>,
        time: Duration,
    ) -> Result<(), SessionError> {
        self.prepare(std::iter::once(sql)).await?;
        let copied = async {
            let sink = match self.prepared.get(sql) {
                Some(statement) => self.client.copy_in(statement).await?,
                None => self.client.copy_in(sql).await?,
            };
            let mut sink = pin!(BinaryCopyInWriter::new(sink, types));
            for row in rows {
                sink.as_mut().write(row.as_ref()).await?;
            }
            Ok(sink.finish().await.map(drop)?)
        };
        in_time(time, copied).await
    }

    /// Runs statements, each of which must succeed.
    pub async fn rows(&mut self, calls: &[Call]) -> Result<Vec<Vec<Row>>, SessionError> {
        let rows: Result<Vec<_>, Error> = self.all(calls, Begin::Nothing, ROUND_TRIP_MAX).await?.into_iter().collect();
        Ok(rows?)
    }
}

/// Whether statements begin a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begin {
    Transaction,
    Nothing,
}

async fn in_time<T>(time: Duration, work: impl Future<Output = Result<T, SessionError>>) -> Result<T, SessionError> {
    match tokio::time::timeout(time, work).await {
        Ok(done) => done,
        Err(_) => Err(SessionError::Lost("the database does not answer".to_owned())),
    }
}

pub(crate) fn wants_repeating(error: &SessionError) -> bool {
    let SessionError::Database(error) = error else { return false };
    let repeated = [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED];
    error.code().is_some_and(|code| repeated.contains(code))
}

/// The outcome of one attempt at a transaction that did not commit.
pub(crate) enum Attempt {
    /// Nothing landed, and another attempt may.
    Again(Fault),
    /// That is the response.
    Over(CommitError),
}

impl From<SessionError> for Attempt {
    /// Of anything but COMMIT: nothing landed.
    fn from(error: SessionError) -> Attempt {
        match error {
            SessionError::Lost(_) => Attempt::Again(error.fault()),
            SessionError::Database(_) if wants_repeating(&error) => Attempt::Again(error.fault()),
            SessionError::Database(_) => Attempt::Over(CommitError::Refused(error.fault())),
        }
    }
}
