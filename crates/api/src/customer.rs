//! Customers in their normal form: an IBAN without spaces and in capitals, any other name as it was given.
//!
//! Always true: one IBAN is one customer, however it is written. A customer that was recorded under another form before
//! keeps it: the form as given is looked for first, then the normal one, then the one that is printed on paper.

use ducat_domain::advances::accounts::receivable;
use ducat_domain::names::{Name, Party};

use crate::Api;
use crate::problem::Problem;

/// Characters of an IBAN (ISO 13616): Norway's are the shortest, and none is longer than 34.
const IBAN_LENGTHS: std::ops::RangeInclusive<usize> = 15..=34;

/// What an IBAN's number leaves when it is divided by 97 (ISO 7064, MOD 97-10).
const IBAN_REMAINDER: u32 = 1;

/// Characters that stand together where an IBAN is printed.
const PRINTED_GROUP: usize = 4;

/// A name without what only its writing adds.
#[must_use]
pub(crate) fn normal(customer: &Party) -> Party {
    let iban = iban(customer.as_str()).and_then(|iban| Party::parse(&iban).ok());
    iban.unwrap_or_else(|| customer.clone())
}

/// An IBAN without spaces and in capitals, if a text is one.
fn iban(text: &str) -> Option<String> {
    let iban: String = text.chars().filter(|character| *character != ' ').collect::<String>().to_ascii_uppercase();
    let (country, rest) = iban.split_at_checked(2)?;
    let (check, _) = rest.split_at_checked(2)?;
    let is_one = IBAN_LENGTHS.contains(&iban.len())
        && country.bytes().all(|byte| byte.is_ascii_uppercase())
        && check.bytes().all(|byte| byte.is_ascii_digit())
        && iban.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && remainder(&iban) == IBAN_REMAINDER;
    is_one.then_some(iban)
}

/// The remainder of the number that an IBAN stands for: its first four characters behind the others, letters as 10 to
/// 35.
fn remainder(iban: &str) -> u32 {
    let (front, rest) = iban.split_at(4);
    let digits = rest.chars().chain(front.chars()).filter_map(|character| character.to_digit(36));
    digits.fold(0, |remainder, digit| (remainder * if digit < 10 { 10 } else { 100 } + digit) % 97)
}

/// The forms under which a customer may have been recorded, in the order in which they are looked for.
fn forms(given: &Party) -> Vec<Party> {
    let Some(iban) = iban(given.as_str()) else { return vec![given.clone()] };
    let characters: Vec<char> = iban.chars().collect();
    let groups: Vec<String> = characters.chunks(PRINTED_GROUP).map(|group| group.iter().collect()).collect();
    let others = [iban, groups.join(" ")].into_iter().filter_map(|form| Party::parse(&form).ok());
    std::iter::once(given.clone()).chain(others).collect()
}

impl Api {
    /// The customer that a request names: as they were recorded, or in their normal form.
    pub(crate) async fn customer(&self, ledger: &Name, given: &Party) -> Result<Party, Problem> {
        let (ledger, given) = (ledger.clone(), given.clone());
        if iban(given.as_str()).is_none() {
            return Ok(normal(&given));
        }
        self.read(move |snapshot| {
            for form in forms(&given) {
                let found = snapshot.account(&ledger, &receivable(&form))?;
                if found.is_some() {
                    return Ok(form);
                }
            }
            Ok(normal(&given))
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_iban_is_one_customer_however_it_is_written() {
        let normal = |text: &str| super::normal(&Party::parse(text).expect("a name")).as_str().to_owned();
        for written in [
            "DE89370400440532013000",
            "DE89 3704 0044 0532 0130 00",
            "de89 3704 0044 0532 0130 00",
            "DE8937 0400440532013000",
        ] {
            assert_eq!(normal(written), "DE89370400440532013000");
        }
        assert_eq!(normal("gb82 west 1234 5698 7654 32"), "GB82WEST12345698765432");
        assert_eq!(normal("NO93 8601 1117 947"), "NO9386011117947");
        // A wrong digit, a letter in the check digits, too short, none: they are as they were given.
        for other in
            ["DE88 3704 0044 0532 0130 00", "DEX9 3704 0044 0532 0130 00", "DE89 3704", "ada lovelace", "bank-1", "é"]
        {
            assert_eq!(normal(other), other);
        }
    }

    #[test]
    fn a_customer_is_looked_for_as_given_first() {
        let forms = forms(&Party::parse("de89370400440532013000").expect("a name"));
        let forms: Vec<&str> = forms.iter().map(Party::as_str).collect();
        assert_eq!(forms, ["de89370400440532013000", "DE89370400440532013000", "DE89 3704 0044 0532 0130 00"]);
    }
}
