/** The credentials every new sandbox knows, so that it works without any setup. None of them opens anything real. */
export const credentials = {
  resend: {
    apiKey: 're_sandbox_key',
    sendingKey: 're_sandbox_sending_key', // permission `sending_access`: refused everywhere but where mail is sent
    domain: 'mail.embark.example',
    ownerAddress: 'owner@embark.example', // the only recipient of onboarding@resend.dev
    webhookSecret: 'whsec_c2FuZGJveC13ZWJob29rLXNlY3JldC0wMDAx',
  },
  twilio: {
    accountSid: 'ACsandbox0000000000000000000000000',
    authToken: 'sandbox_auth_token',
    from: 'Embark',
    messagingServiceSid: 'MGsandbox0000000000000000000000000',
    testAccountSid: 'ACsandboxtest000000000000000000000', // sends nothing and calls nobody back
    testAuthToken: 'sandbox_test_auth_token',
  },
  truelayer: { clientId: 'sandbox-embark', clientSecret: 'sandbox_truelayer_secret' },
  xero: { clientId: 'SANDBOXXEROCLIENT', clientSecret: 'sandbox_xero_secret', demoUser: 'demo@harbour.example' },
  companiesHouse: { apiKey: 'sandbox_companies_house_key' },
} as const
