//! States: a word with a shape, never a colour alone. The word is the API's code.

use maud::{Markup, html};

/// How a state is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As it should be.
    Calm,
    /// It waits for something or someone.
    Waits,
    /// Something is wrong.
    Wrong,
}

/// A state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The word.
    pub word: String,
    shape: &'static str,
    tone: Tone,
}

/// The shape and tone of each word of the API.
const STATES: [(&str, &str, Tone); 40] = [
    ("posted", "\u{25cf}", Tone::Calm),
    ("clean", "\u{25cf}", Tone::Calm),
    ("pending", "\u{25d0}", Tone::Waits),
    ("void", "\u{25cb}", Tone::Calm),
    ("voided", "\u{25cb}", Tone::Calm),
    ("expired", "\u{25cb}", Tone::Calm),
    ("reversed", "\u{21ba}", Tone::Calm),
    ("late", "\u{25b2}", Tone::Wrong),
    ("overdue", "\u{25b2}", Tone::Wrong),
    ("frozen", "\u{25a0}", Tone::Waits),
    ("failed", "\u{2715}", Tone::Wrong),
    ("refused", "\u{2715}", Tone::Wrong),
    ("open", "\u{25cf}", Tone::Calm),
    ("closed", "\u{25cb}", Tone::Calm),
    ("archived", "\u{25cb}", Tone::Calm),
    ("active", "\u{25cf}", Tone::Calm),
    ("disabled", "\u{2715}", Tone::Wrong),
    ("stopped", "\u{2715}", Tone::Wrong),
    ("revoked", "\u{25cb}", Tone::Calm),
    ("paid", "\u{25cf}", Tone::Calm),
    ("repaid", "\u{25cf}", Tone::Calm),
    ("due", "\u{25d0}", Tone::Waits),
    ("planned", "\u{25cb}", Tone::Calm),
    ("sent", "\u{25d0}", Tone::Calm),
    ("outstanding", "\u{25d0}", Tone::Calm),
    ("collecting", "\u{25d0}", Tone::Calm),
    ("unresolved", "\u{25b2}", Tone::Wrong),
    ("written_off", "\u{25cb}", Tone::Calm),
    ("cancelled", "\u{25cb}", Tone::Calm),
    ("settled", "\u{25cf}", Tone::Calm),
    ("done", "\u{25cf}", Tone::Calm),
    ("running", "\u{25d0}", Tone::Calm),
    ("ready", "\u{25cf}", Tone::Calm),
    ("degraded", "\u{25b2}", Tone::Wrong),
    ("delivered", "\u{25cf}", Tone::Calm),
    ("used", "\u{25cf}", Tone::Calm),
    ("paused", "\u{25a0}", Tone::Waits),
    ("timed_out", "\u{2715}", Tone::Wrong),
    ("success", "\u{25cf}", Tone::Calm),
    ("fail", "\u{2715}", Tone::Wrong),
];

impl State {
    /// The state of a word.
    pub fn of(word: &str) -> State {
        let known = STATES.iter().find(|(known, ..)| *known == word);
        let (shape, tone) = known.map_or(("\u{25cf}", Tone::Calm), |(_, shape, tone)| (*shape, *tone));
        State { word: word.to_owned(), shape, tone }
    }

    /// The same word, of what has not come yet.
    pub fn coming(word: &str) -> State {
        State { word: word.to_owned(), shape: "\u{25cb}", tone: Tone::Calm }
    }

    /// The same word, which waits for someone.
    pub fn waiting(word: &str) -> State {
        State { word: word.to_owned(), shape: "\u{25b2}", tone: Tone::Waits }
    }

    /// The state as it is shown.
    pub fn markup(&self) -> Markup {
        let class = match self.tone {
            Tone::Calm => "state",
            Tone::Waits => "state waits",
            Tone::Wrong => "state wrong",
        };
        html! { span class=(class) { span.shape aria-hidden="true" { (self.shape) } " " (self.shown()) } }
    }

    /// The word with a capital, as a sentence begins; `_` is a space.
    pub fn shown(&self) -> String {
        capital(&self.word.replace('_', " "))
    }
}

/// The text with its first letter as a capital.
pub fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
