//! The command line: a command, what it is about, then `--name value` and `--switch` in any order.

use std::{
    collections::{BTreeMap, VecDeque},
    str::FromStr,
};

use anyhow::{Context, Result, bail};

/// The words and options of one command. What was not asked for by the end is refused, so a misspelt option is never ignored.
pub struct Args {
    words: VecDeque<String>,
    options: BTreeMap<String, Option<String>>,
}

impl Args {
    pub fn parse(words: impl IntoIterator<Item = String>) -> Result<Self> {
        let (mut stray, mut options) = (VecDeque::new(), BTreeMap::new());
        let mut words = words.into_iter().peekable();
        while let Some(word) = words.next() {
            let Some(name) = word.strip_prefix("--") else {
                stray.push_back(word);
                continue;
            };
            let (name, value) = match name.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (name, words.next_if(|next| !next.starts_with("--"))),
            };
            if options.insert(name.to_owned(), value).is_some() {
                bail!("--{name} is given twice.");
            }
        }
        Ok(Self { words: stray, options })
    }

    /// The next word that belongs to no option; `name` is what the help calls it.
    pub fn word(&mut self, name: &str) -> Result<String> {
        self.words.pop_front().with_context(|| format!("{name} is missing. Try `cargo xtask help`."))
    }

    pub fn switch(&mut self, name: &str) -> Result<bool> {
        match self.options.remove(name) {
            None => Ok(false),
            Some(None) => Ok(true),
            Some(Some(value)) => bail!("--{name} takes no value, so `{value}` has no meaning here."),
        }
    }

    pub fn value<T: FromStr>(&mut self, name: &str) -> Result<Option<T>>
    where
        T::Err: std::error::Error + Send + Sync + 'static,
    {
        match self.options.remove(name) {
            None => Ok(None),
            Some(None) => bail!("--{name} needs a value."),
            Some(Some(text)) => {
                Ok(Some(text.parse().with_context(|| format!("--{name} {text} cannot be understood"))?))
            }
        }
    }

    /// Call this when every option of the command has been asked for.
    pub fn finish(self) -> Result<()> {
        if let Some(word) = self.words.front() {
            bail!("`{word}` is not an option. Try `cargo xtask help`.");
        }
        match self.options.into_keys().next() {
            None => Ok(()),
            Some(name) => bail!("--{name} is not an option of this command. Try `cargo xtask help`."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Args {
        Args::parse(line.split_whitespace().map(str::to_owned)).unwrap()
    }

    #[test]
    fn values_and_switches_in_any_order() {
        for line in ["--fresh --port 9000", "--port 9000 --fresh", "--port=9000 --fresh"] {
            let mut args = parse(line);
            assert_eq!(args.value::<u16>("port").unwrap(), Some(9000));
            assert!(args.switch("fresh").unwrap());
            args.finish().unwrap();
        }
    }

    #[test]
    fn words_come_in_their_order() {
        let mut args = parse("http://shop AUR-38 --since abc");
        assert_eq!(
            (args.word("URL").unwrap(), args.word("SKU").unwrap()),
            ("http://shop".into(), "AUR-38".into())
        );
        assert_eq!(args.value::<String>("since").unwrap().as_deref(), Some("abc"));
        args.finish().unwrap();
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        assert!(parse("--prot 9000").finish().is_err());
        assert!(parse("--port 99999").value::<u16>("port").is_err());
        assert!(parse("--port").value::<u16>("port").is_err());
        assert!(parse("--fresh yes").switch("fresh").is_err());
        assert!(parse("stray").finish().is_err());
        assert!(parse("--fresh --port=1").word("URL").is_err());
        assert!(Args::parse(["--port=1".to_owned(), "--port=2".to_owned()]).is_err());
    }
}
