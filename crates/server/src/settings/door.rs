//! What is set of the door: certificates, and who else vouches for visitors.

use anyhow::bail;
use ducat_api::connections::tls::TlsFiles;
use ducat_api::door::oidc::OidcOptions;

use super::Settings;

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
