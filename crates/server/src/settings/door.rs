//! What is set of the door: certificates, and who else vouches for visitors.

use anyhow::bail;
use ducat_api::connections::tls::TlsFiles;
use ducat_api::door::oidc::OidcOptions;

use super::Settings;
use crate::config::SignIn;
use crate::line;

impl Settings {
    pub(super) fn oidc(&self, file: &Settings) -> anyhow::Result<Option<OidcOptions>> {
        let issuer = self.oidc_issuer.clone().or(file.oidc_issuer.clone());
        let audience = self.oidc_audience.clone().or(file.oidc_audience.clone());
        match (issuer, audience) {
            (Some(issuer), Some(audience)) => Ok(Some(OidcOptions { issuer, audience })),
            (None, None) => Ok(None),
            _ => bail!("oidc-issuer and oidc-audience go together"),
        }
    }

    /// How people sign in to the console at the provider.
    pub(super) fn sign_in(&self, file: &Settings) -> anyhow::Result<Option<SignIn>> {
        let client_id = self.oidc_client_id.clone().or(file.oidc_client_id.clone());
        let secret_file = self.oidc_client_secret_file.as_ref().or(file.oidc_client_secret_file.as_ref());
        let scopes = if self.oidc_scopes.is_empty() { file.oidc_scopes.clone() } else { self.oidc_scopes.clone() };
        let resource = self.oidc_resource.clone().or(file.oidc_resource.clone());
        let Some(client_id) = client_id else {
            if secret_file.is_some() || !scopes.is_empty() || resource.is_some() {
                bail!("oidc-client-secret-file, oidc-scopes and oidc-resource go with oidc-client-id");
            }
            return Ok(None);
        };
        let Some(OidcOptions { issuer, .. }) = self.oidc(file)? else { bail!("oidc-client-id goes with oidc-issuer") };
        let client_secret = secret_file.map(|path| line::read(path)).transpose()?;
        Ok(Some(SignIn { issuer, client_id, client_secret, scopes, resource }))
    }

    pub(super) fn tls(&self, file: &Settings) -> anyhow::Result<Option<TlsFiles>> {
        let certificate = self.tls_cert.as_ref().or(file.tls_cert.as_ref());
        let key = self.tls_key.as_ref().or(file.tls_key.as_ref());
        let client_ca = self.tls_client_ca.as_ref().or(file.tls_client_ca.as_ref());
        match (certificate, key) {
            (Some(certificate), Some(key)) => {
                let (certificate, key) = (certificate.clone(), key.clone());
                Ok(Some(TlsFiles { certificate, key, client_ca: client_ca.cloned() }))
            }
            (None, None) if client_ca.is_none() => Ok(None),
            _ => bail!("tls-cert and tls-key go together, and tls-client-ca goes with them"),
        }
    }
}
