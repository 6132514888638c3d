//! Texts that are erased.

use super::{Book, check};
use crate::ledger::canonical::Canonical;
use crate::ledger::rows::BatchRow;

impl Book {
    /// The journal as it is stored now makes the same head, and every text that is erased is accounted for.
    fn check_journal(&self) {
        let mut again = Book::new();
        for effect in &self.journal {
            assert_eq!(again.replay(effect), Vec::<String>::new());
            let Some(hash) = self.hashes.get(&effect.seq).copied() else { continue };
            let row = BatchRow { batch: again.replay.head.batch.next(), last: effect.seq, at: effect.at, hash };
            assert_eq!(again.replay.batch(&row), Vec::<String>::new());
        }
        assert_eq!(again.replay.head.hash, self.working.head().hash);
        assert_eq!(again.replay.accounts, self.replay.accounts);
        assert_eq!(again.replay.differences(), vec![]);
    }
}

#[test]
fn texts_are_erased_and_every_hash_stays() {
    let book = check(
        "
        ledger USD/2 implicit              -> ok
        open a meta=Ada                    -> ok
        1: world>a 100 text=rent           -> ok
        2: a>b 5 text=hold hold            -> ok
        3: a>b 1000 text=much              -> insufficient_funds a has 95 needs 1000
        open b asset=USD meta=Bob          -> account_exists
        set a frozen=yes                   -> ok
        set a frozen=no                    -> ok
        redact id 1                        -> ok
        redact id 1                        -> same
        redact id 2                        -> ok
        redact id 3                        -> ok
        redact id 99                       -> same
        # Its fingerprint is erased, so the same is another.
        1: world>a 100 text=rent           -> id_reused
        2: a>b 5 text=hold hold            -> id_reused
        3: a>b 1000 text=much              -> id_reused
        post 2                             -> ok
        redact account nobody              -> account_not_found
        redact account a                   -> ok
        redact account a                   -> same
        redact account b                   -> same
        redact earlier a                   -> same
        redact earlier nobody              -> account_not_found
        expect a                           -> same
        set a meta=Eve                     -> ok
        all set a meta=Eva; set a meta=Evi -> ok ok
        # An id under which an account was opened or changed is no transaction's.
        7: open c meta=Ida                 -> ok
        redact id 7                        -> same
        8: set c meta=Ira                  -> ok
        redact id 8                        -> same
        redact earlier c                   -> ok
        expect c meta=Ira                  -> same
        redact account c                   -> ok
        expect c                           -> same
        redact account a                   -> ok
        dry redact account a               -> same
        archive                            -> ok
        set a meta=Eve                     -> ledger_archived
        redact id 1                        -> same
        ",
    );
    book.check_journal();
    let texts: Vec<&str> = vec!["Ada", "rent", "hold", "much", "Eve", "Eva", "Evi", "Ida", "Ira"];
    let bytes = Canonical::of(&book.journal);
    let (bytes, _) = bytes.run(0, book.journal.len());
    for text in texts {
        assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()), "{text} is still there");
    }
}

/// Texts that are erased by other means than a redaction, and a redaction that erased nothing, are found.
#[test]
fn erasing_is_accounted_for() {
    let mut book = check(
        "
        ledger USD/2 implicit      -> ok
        1: world>a 100 text=rent   -> ok
        2: world>a 100 text=food   -> ok
        redact id 1                -> ok
        ",
    );
    let says = |book: &Book| -> Vec<String> {
        let mut again = Book::new();
        book.journal.iter().for_each(|effect| drop(again.replay(effect)));
        again.replay.differences().into_iter().map(|found| format!("{}: {}", found.place, found.what)).collect()
    };
    assert_eq!(says(&book), Vec::<String>::new());
    let [.., second, _] = book.journal.as_mut_slice() else { panic!("a long journal") };
    *second = second.redacted().expect("it has texts");
    assert_eq!(says(&book), ["effect 6: its texts are erased, and no redaction names it"]);
    let mut other = check("ledger USD/2 implicit -> ok\n 1: world>a 100 text=rent -> ok");
    let Some(place) = book.journal.iter_mut().rev().nth(2) else { panic!("a long journal") };
    *place = other.journal.pop().expect("the same as it was");
    assert_eq!(
        says(&book).last().map(String::as_str),
        Some("effect 5: a redaction names it, and its texts are still there")
    );
}
