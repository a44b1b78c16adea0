"""The page of `icam watch`: runs in the browser, live and stored."""
