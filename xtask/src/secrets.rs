//! The secrets of this checkout's local shop: made once, kept under `.meridian`, handed to each Worker in its own `.dev.vars`.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, anyhow};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::{
    accounts, files,
    workspace::{Worker, Workspace},
};

const KEY_BYTES: usize = 32;

/// Keys are `kid:base64url` pairs, comma separated; the first signs. No `Debug`, so that none can reach a log.
#[derive(Serialize, Deserialize)]
pub struct Secrets {
    pub jwt_keys: String,
    caller_keys: String,
    order_token_key: String,
    test_webhook_secret: String,
    // A checkout that is older than these gets its own.
    /// What the local accounts sign in with.
    #[serde(default)]
    pub account_password: String,
    #[serde(default)]
    link_token_key: String,
    #[serde(default)]
    totp_keys: String,
    #[serde(default)]
    form_key: String,
}

impl Secrets {
    pub fn load_or_make(workspace: &Workspace) -> Result<Self> {
        let path = path(workspace);
        let mut secrets = if path.is_file() {
            Self::load(workspace)?
        } else {
            Self {
                jwt_keys: ring()?,
                caller_keys: ring()?,
                order_token_key: key()?,
                test_webhook_secret: key()?,
                account_password: String::new(),
                link_token_key: String::new(),
                totp_keys: String::new(),
                form_key: String::new(),
            }
        };
        if secrets.fill()? {
            files::write_secret(&path, &serde_json::to_string_pretty(&secrets)?)?;
        }
        Ok(secrets)
    }

    /// Makes what is not there yet; whether there was anything to make.
    fn fill(&mut self) -> Result<bool> {
        let missing = [
            (&mut self.account_password, accounts::new_password as fn() -> Result<String>),
            (&mut self.link_token_key, key),
            (&mut self.totp_keys, ring),
            (&mut self.form_key, key),
        ];
        let mut is_changed = false;
        for (secret, make) in missing.into_iter().filter(|(secret, _)| secret.is_empty()) {
            *secret = make()?;
            is_changed = true;
        }
        Ok(is_changed)
    }

    pub fn load(workspace: &Workspace) -> Result<Self> {
        let path = path(workspace);
        let text = fs::read_to_string(&path)
            .context("this checkout has no secrets yet: `cargo xtask dev` makes them at its first start")?;
        serde_json::from_str(&text).with_context(|| {
            format!("{} is damaged; without it new secrets are made at the next start", path.display())
        })
    }

    /// Writes every Worker's `.dev.vars`: what it needs and nothing else.
    pub fn hand_out(&self, workspace: &Workspace, workers: &[Worker]) -> Result<()> {
        for worker in workers {
            let lines: String =
                self.of(worker, workspace).iter().map(|(name, value)| format!("{name}={value}\n")).collect();
            let path = worker.config_dir().join(".dev.vars");
            if fs::read_to_string(&path).ok().as_deref() != Some(&lines) {
                files::write_secret(&path, &lines)?;
            }
        }
        Ok(())
    }

    fn of(&self, worker: &Worker, workspace: &Workspace) -> Vec<(&'static str, &str)> {
        let mut vars = vec![("ENVIRONMENT", "local")];
        let speaks_http = worker.crate_dir.starts_with(workspace.path("workers"));
        if speaks_http {
            vars.push(("CALLER_KEYS", &self.caller_keys));
        }
        match worker.package.as_str() {
            "router" => vars.extend([("JWT_KEYS", self.jwt_keys.as_str()), ("RATE_LIMITS", "off")]),
            "auth" => vars.extend([
                ("JWT_KEYS", self.jwt_keys.as_str()),
                ("LINK_TOKEN_KEY", self.link_token_key.as_str()),
                ("TOTP_KEYS", self.totp_keys.as_str()),
            ]),
            "orders" | "order-object" => vars.push(("ORDER_TOKEN_KEY", &self.order_token_key)),
            "storefront" | "account" | "console" => vars.push(("FORM_KEY", &self.form_key)),
            "payments" => vars.push(("TEST_WEBHOOK_SECRET", &self.test_webhook_secret)),
            _ => {}
        }
        vars
    }
}

fn path(workspace: &Workspace) -> PathBuf {
    workspace.kept().join("secrets.json")
}

fn key() -> Result<String> {
    let mut bytes = [0; KEY_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("this host has no randomness: {error}"))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// A ring of one key.
fn ring() -> Result<String> {
    Ok(format!("local-1:{}", key()?))
}
