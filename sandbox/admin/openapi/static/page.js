const page = SwaggerUIBundle({
  urls: JSON.parse(document.getElementById("page").dataset.documents),
  dom_id: "#page",
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  layout: "StandaloneLayout",
  deepLinking: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  onComplete: () => {  // let calls be tried at once, with credentials that do
    const schemes = page.specSelectors.specJson().getIn(["components", "securitySchemes"]);
    schemes.forEach((scheme, name) => {
      if (scheme.has("x-example")) page.preauthorizeApiKey(name, scheme.get("x-example"));
    });
  }
});
